/** What the log says where reality has left the plan: by how much, and the command that makes another. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Drift } from '../policy/plan-health.ts';
import { planAgain } from './plan-again.ts';

export function describeDrift(drift: Drift, plan: FeasiblePlan): string {
  const { modules, rateRps } = plan;
  const ratio = drift.ratio.toFixed(2);
  if (drift.kind === 'rate') {
    return `drift: ${ratio} times the planned ${rateRps} requests/s arrive; plan again: ${planAgain(plan, rateRps * drift.ratio)}`;
  }
  const { name, model } = modules[drift.module]!;
  const file = model?.file ?? 'MODEL';
  return `drift: batches of ${name} take ${ratio} times what was planned; measure and plan again: harp profile ${file}, harp plan`;
}
