/** What the log says where reality has left the plan: by how much, and the commands that make another. What is faster is no alarm. */
import type { Drift } from '../policy/plan-health.ts';
import { type PlanInForce, planAgain, profileAgain } from './plan-again.ts';

export function describeDrift(drift: Drift, inForce: PlanInForce): string {
  const { modules, rateRps } = inForce.plan;
  const ratio = drift.ratio.toFixed(2);
  if (drift.kind === 'rate') {
    return `drift: ${ratio} times the planned ${rateRps} requests/s arrive; plan again: ${planAgain(inForce, rateRps * drift.ratio)}`;
  }
  const module = modules[drift.module]!;
  if (drift.ratio < 1) {
    return `faster than planned: batches of ${module.name} take ${ratio} times as long as planned; that is room to spare, and another plan may cost less: ${profileAgain(inForce, module)}, then ${planAgain(inForce, rateRps)}`;
  }
  return `drift: batches of ${module.name} take ${ratio} times what was planned; measure and plan again: ${profileAgain(inForce, module)}, then ${planAgain(inForce, rateRps)}`;
}
