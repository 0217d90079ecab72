/** How long a batch on a worker should take: by the plan, or where its cores change by what was profiled with those that it has. */
import type { FeasiblePlan } from '../domain/plan.ts';
import { allocationDurations } from '../latency/allocation-durations.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import type { ScaledSetup } from '../scaling/scaled-state.ts';

/**
 * @param coresOf a worker, now
 * @returns ms by worker and size of the batch
 */
export function plannedDurations(
  plan: FeasiblePlan,
  { workers }: PolicySetup,
  scaled: ScaledSetup | undefined,
  coresOf: (worker: number) => number,
): (worker: number, size: number) => number {
  if (scaled?.acts) {
    return (worker, size) =>
      scaled.modules[workers[worker]!.module]!.config.durationsMs[coresOf(worker)]![size]!;
  }
  const durations = plan.modules.map((module) =>
    module.allocations.map((_, type) => allocationDurations(module, type).durationMs),
  );
  return (worker, size) => {
    const { module, type } = workers[worker]!;
    return durations[module]![type]![size]!;
  };
}
