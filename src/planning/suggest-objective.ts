/**
 * A first rate and SLO to plan a profile with, for a user who has none yet: half of what one worker carries, and time for several of its
 * batches. Our reading of "modest": a batch that fills at half the worker's throughput takes 2 durations to collect and 1 to run, so that
 * a plan on one worker exists, with two durations to spare.
 */
import type { ProfilePoint } from '../domain/profile.ts';

export interface Objective {
  readonly rateRps: number;
  readonly sloMs: number;
}

const DURATIONS = 5;

/** What a request takes beside its batch, over a network, decides about shorter ones. */
const LEAST_SLO_MS = 10;

/** @param points at least one */
export function suggestObjective(
  points: readonly Pick<ProfilePoint, 'batchSize' | 'durationMs'>[],
): Objective {
  const throughputRps = ({ batchSize, durationMs }: (typeof points)[number]): number =>
    (1000 * batchSize) / durationMs;
  const best = points.reduce((a, b) => (throughputRps(b) > throughputRps(a) ? b : a));
  return {
    rateRps: twoDigits(throughputRps(best) / 2, Math.floor),
    sloMs: twoDigits(Math.max(LEAST_SLO_MS, DURATIONS * best.durationMs), Math.ceil),
  };
}

/** Two significant digits, without the noise of binary fractions. */
function twoDigits(value: number, round: (value: number) => number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((round(value / unit) * unit).toPrecision(2));
}
