/** Which points of the grid a model allows: every batch size on every number of cores, or the one size that it runs. */
import type { BatchAxis } from '../domain/model-summary.ts';
import type { PointConfig } from './measure-point.ts';

export interface SweepPlan {
  readonly points: readonly PointConfig[];
  /** Asked for, but not possible with this model. */
  readonly impossible: readonly PointConfig[];
  /** Why; undefined where nothing is impossible. */
  readonly reason: string | undefined;
}

export function planSweep(
  batchSizes: readonly number[],
  cores: readonly number[],
  batch: BatchAxis,
): SweepPlan {
  const grid = (sizes: readonly number[]): PointConfig[] =>
    cores.flatMap((count) => sizes.map((batchSize) => ({ cores: count, batchSize })));
  if (batch.kind === 'symbolic') return { points: grid(batchSizes), impossible: [], reason: undefined };

  const only = batch.kind === 'fixed' ? batch.size : 1;
  const others = batchSizes.filter((size) => size !== only);
  return {
    points: grid([only]),
    impossible: grid(others),
    reason: others.length > 0 ? `the model only runs batches of ${only}, since ${batch.reason}` : undefined,
  };
}
