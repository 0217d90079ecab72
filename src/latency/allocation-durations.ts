/** How long batches take on the machines that a plan buys, as it says itself. */
import type { ModulePlan } from '../domain/plan.ts';
import { type BatchDurations, batchDurations } from './batch-durations.ts';

/**
 * Of each batch size up to the planned one.
 * @param type position of the allocation in its module
 */
export function allocationDurations({ allocations, serviceTimes }: ModulePlan, type: number): BatchDurations {
  const { hardware, cores, batchSize, durationMs } = allocations[type]!;
  const measured = serviceTimes.filter((time) => time.hardware === hardware && time.cores === cores);
  // A plan written by hand may know the planned batch size alone.
  const known =
    measured.length > 0 ? measured : [{ hardware, cores, batchSize, durationMs, tailMs: durationMs }];
  return batchDurations(known, batchSize);
}
