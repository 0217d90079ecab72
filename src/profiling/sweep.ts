/** A sweep: which points of the grid a model allows, and measuring them one after the other, each outcome told at once. */
import type { BatchAxis } from '../engine/onnx/batch-axis.ts';
import type { MeasurePoint, PointConfig, PointOutcome } from './measure-point.ts';

export interface SweepPlan {
  readonly points: readonly PointConfig[];
  /** Asked for, but not possible with this model. */
  readonly impossible: readonly { readonly config: PointConfig; readonly reason: string }[];
}

/** Every batch size on every number of cores; a model without a free batch axis has one batch size only. */
export function planSweep(
  batchSizes: readonly number[],
  cores: readonly number[],
  batch: BatchAxis,
): SweepPlan {
  const grid = (sizes: readonly number[]): PointConfig[] =>
    cores.flatMap((count) => sizes.map((batchSize) => ({ cores: count, batchSize })));
  if (batch.kind === 'symbolic') return { points: grid(batchSizes), impossible: [] };

  const only = batch.kind === 'fixed' ? batch.size : 1;
  const reason = `the model runs batches of ${only} only: ${batch.reason}`;
  return {
    points: grid([only]),
    impossible: grid(batchSizes.filter((size) => size !== only)).map((config) => ({ config, reason })),
  };
}

export interface SweepWatch {
  readonly onStart: (config: PointConfig) => void;
  readonly onOutcome: (config: PointConfig, outcome: PointOutcome) => void;
}

/** @throws whatever `measure` throws; outcomes told before stand */
export async function sweep(
  points: readonly PointConfig[],
  measure: MeasurePoint,
  signal: AbortSignal,
  { onStart, onOutcome }: SweepWatch,
): Promise<void> {
  for (const config of points) {
    signal.throwIfAborted();
    onStart(config);
    onOutcome(config, await measure(config, signal));
  }
}
