/** A sweep: points measured one after the other, each outcome told as soon as it is there. */
import type { MeasurePoint, PointConfig, PointOutcome } from './measure-point.ts';

export interface SweepWatch {
  readonly onStart: (config: PointConfig, index: number) => void;
  readonly onOutcome: (config: PointConfig, outcome: PointOutcome) => void;
}

/**
 * @param next which point to measure now, undefined at the end; it is asked after the outcome before was told
 * @throws whatever `measure` throws, and the signal's reason once it is aborted; outcomes told before stand
 */
export async function sweep(
  next: () => PointConfig | undefined,
  measure: MeasurePoint,
  signal: AbortSignal,
  { onStart, onOutcome }: SweepWatch,
): Promise<void> {
  for (let index = 0; ; index++) {
    signal.throwIfAborted();
    const config = next();
    if (config === undefined) return;
    onStart(config, index);
    onOutcome(config, await measure(config, signal));
  }
}
