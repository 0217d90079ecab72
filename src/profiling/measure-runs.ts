/**
 * The measuring loop: warm up, then time single runs until there are enough, for long enough, and they have settled, or
 * until the cap in time. Where others had this process's cores meanwhile, the runs are forgotten and counting starts anew: a
 * machine that is evenly busy gives figures that agree with each other and with nothing else. What runs, the clock, and who
 * tells of others are handed in.
 */
import type { MeasuringLimits } from './measure-point.ts';
import { isSettled, SETTLING } from './settling.ts';

export interface MeasuredRuns {
  /** In the order they were measured, all that followed the warm-up or the last disturbance. */
  readonly durationsMs: number[];
  /** False where the cap ended it. */
  readonly stable: boolean;
  /** Share (0..1) of the time that others kept it from its cores. */
  readonly contention: number;
}

/** Starts watching how much others get in the way; asks for their share (0..1) since then. */
export type WatchContention = () => () => number;

/** The settling rule costs a sort: it is asked again each time the measurement has grown by this factor. */
const CHECK_GROWTH = 1.1;

interface Attempt {
  readonly startedMs: number;
  readonly durationsMs: number[];
  readonly contention: () => number;
}

export async function measureRuns(
  runOnce: () => Promise<unknown>,
  nowMs: () => number,
  limits: MeasuringLimits,
  watchContention: WatchContention = () => () => 0,
  betweenRuns: () => void = () => {},
): Promise<MeasuredRuns> {
  const warmUpUntilMs = nowMs() + limits.warmUpMs;
  for (let runs = 0; runs < limits.warmUpRuns || nowMs() < warmUpUntilMs; runs++) await runOnce();

  const begin = (): Attempt => ({ startedMs: nowMs(), durationsMs: [], contention: watchContention() });
  let attempt = begin();
  const endMs = attempt.startedMs + limits.maxDurationMs;
  let nextCheckMs = limits.minDurationMs;
  let leastDisturbed: MeasuredRuns | undefined;
  for (;;) {
    const beforeMs = nowMs();
    await runOnce();
    const afterMs = nowMs();
    const { durationsMs, startedMs } = attempt;
    durationsMs.push(afterMs - beforeMs);
    betweenRuns();

    const elapsedMs = afterMs - startedMs;
    const isOver = afterMs >= endMs;
    const isEnough = durationsMs.length >= limits.minRuns && elapsedMs >= nextCheckMs;
    if (!isEnough && !isOver) continue;

    const contention = attempt.contention();
    const isDisturbed = contention > SETTLING.tolerance;
    if (isEnough && !isDisturbed && isSettled(durationsMs)) return { durationsMs, stable: true, contention };
    if (isEnough && contention <= (leastDisturbed?.contention ?? 1)) {
      leastDisturbed = { durationsMs, stable: false, contention };
    }
    if (isOver) return leastDisturbed ?? { durationsMs, stable: false, contention };
    if (isDisturbed) attempt = begin();
    nextCheckMs = isDisturbed ? limits.minDurationMs : elapsedMs * CHECK_GROWTH;
  }
}
