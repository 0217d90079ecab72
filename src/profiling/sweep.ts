/** A sweep: points measured one after the other, each outcome told as soon as it is there. */
import type { MeasurePoint, PointConfig, PointOutcome } from './measure-point.ts';

export interface SweepWatch {
  readonly onStart: (config: PointConfig, index: number) => void;
  readonly onOutcome: (config: PointConfig, outcome: PointOutcome) => void;
}

/** @throws whatever `measure` throws, and the signal's reason once it is aborted; outcomes told before stand */
export async function sweep(
  points: readonly PointConfig[],
  measure: MeasurePoint,
  signal: AbortSignal,
  { onStart, onOutcome }: SweepWatch,
): Promise<void> {
  for (const [index, config] of points.entries()) {
    signal.throwIfAborted();
    onStart(config, index);
    onOutcome(config, await measure(config, signal));
  }
}
