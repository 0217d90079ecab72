/**
 * A rate that changes in time, as the number of requests that have arrived by then: a curve of straight pieces, gone
 * through once or again and again. Steps and traces are such curves.
 */
import type { Recording } from '../../domain/recording.ts';

export interface RateCurve {
  /** Ends of the pieces, from 0 to the curve's length. */
  readonly timesMs: Float64Array;
  /** Requests by then, from 0 to their total; never falling. */
  readonly counts: Float64Array;
}

export const lengthOf = ({ timesMs }: RateCurve): number => timesMs.at(-1)!;

export const meanRateOf = (curve: RateCurve): number => (curve.counts.at(-1)! * 1000) / lengthOf(curve);

/** One piece after the other, by the length and the requests of each. */
function curveOf(pieces: readonly { readonly durationMs: number; readonly count: number }[]): RateCurve {
  const timesMs = new Float64Array(pieces.length + 1);
  const counts = new Float64Array(pieces.length + 1);
  for (const [index, { durationMs, count }] of pieces.entries()) {
    timesMs[index + 1] = timesMs[index]! + durationMs;
    counts[index + 1] = counts[index]! + count;
  }
  return { timesMs, counts: counts.map(whole) };
}

/** What is a whole number but for rounding; without it a curve could gain a request at its end. */
function whole(count: number): number {
  const nearest = Math.round(count);
  return Math.abs(count - nearest) <= 1e-9 * nearest ? nearest : count;
}

/** @param unitRps the rate that a step's rate is a multiple of */
export const curveOfSteps = (
  steps: readonly { readonly rate: number; readonly durationS: number }[],
  unitRps: number,
): RateCurve =>
  curveOf(
    steps.map(({ rate, durationS }) => ({ durationMs: durationS * 1000, count: rate * durationS * unitRps })),
  );

/**
 * A piece from every request to the next, or for every interval. The first request is at 0, and a mean gap follows the last,
 * so that a repetition keeps the rate.
 */
export function curveOfRecording(recording: Recording): RateCurve {
  if (recording.kind === 'counts') {
    const { counts, intervalMs } = recording;
    return curveOf(Array.from(counts, (count) => ({ durationMs: intervalMs, count })));
  }
  const { timesMs } = recording;
  const first = timesMs[0]!;
  const spanMs = timesMs.at(-1)! - first;
  const requests = timesMs.length;
  const ends = new Float64Array(requests + 1);
  for (let index = 0; index < requests; index++) ends[index] = timesMs[index]! - first;
  ends[requests] = (spanMs * requests) / (requests - 1);
  return { timesMs: ends, counts: Float64Array.from(ends, (_, index) => index) };
}

/** @param factors how much faster time goes by, and how many times the requests there are */
export const scaleCurve = (
  { timesMs, counts }: RateCurve,
  factors: { readonly speed: number; readonly requests: number },
): RateCurve => ({
  timesMs: timesMs.map((timeMs) => timeMs / factors.speed),
  counts: counts.map((count) => whole(count * factors.requests)),
});
