/**
 * The measuring loop: warm up, then time single runs until there are enough, for long enough, and they have settled, or
 * until the cap in time. All runs after the warm-up count. What runs, and the clock, are handed in.
 */
import type { MeasuringLimits } from './measure-point.ts';
import { isSettled } from './settling.ts';

export interface MeasuredRuns {
  /** In the order they were measured. */
  readonly durationsMs: number[];
  /** False where the cap ended it. */
  readonly stable: boolean;
}

/** The settling rule costs a sort: it is asked again each time the measurement has grown by this factor. */
const CHECK_GROWTH = 1.1;

export async function measureRuns(
  runOnce: () => Promise<unknown>,
  nowMs: () => number,
  limits: MeasuringLimits,
): Promise<MeasuredRuns> {
  const warmUpUntilMs = nowMs() + limits.warmUpMs;
  for (let runs = 0; runs < limits.warmUpRuns || nowMs() < warmUpUntilMs; runs++) await runOnce();

  const durationsMs: number[] = [];
  const startedMs = nowMs();
  let nextCheckMs = limits.minDurationMs;
  for (;;) {
    const beforeMs = nowMs();
    await runOnce();
    const afterMs = nowMs();
    durationsMs.push(afterMs - beforeMs);

    const elapsedMs = afterMs - startedMs;
    if (durationsMs.length >= limits.minRuns && elapsedMs >= nextCheckMs) {
      if (isSettled(durationsMs)) return { durationsMs, stable: true };
      nextCheckMs = elapsedMs * CHECK_GROWTH;
    }
    if (elapsedMs >= limits.maxDurationMs) return { durationsMs, stable: false };
  }
}
