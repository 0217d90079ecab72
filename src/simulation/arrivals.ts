/**
 * When requests arrive: renewal processes by the distribution of their gaps, seeded, so that the same arguments give
 * the same times to the simulator and to the load generator.
 */
import { type Random, seededRandom } from '../numeric/prng.ts';

/** Draws one gap between arrivals, in units of the mean gap. */
type Gap = (random: Random) => number;

const GAPS = {
  /** Evenly spaced: a gap is always the mean. */
  uniform: () => 1,
  /** Independent arrivals: gaps are exponential, by inversion of their distribution function. */
  poisson: (random) => -Math.log(1 - random.uniform()),
} satisfies Record<string, Gap>;

export type ArrivalKind = keyof typeof GAPS;

export const ARRIVAL_KINDS = Object.keys(GAPS) as ArrivalKind[];

/**
 * Every call gives the time of the next arrival, in ms; the first is at 0. Endless.
 * @param rateRps mean arrivals per second, > 0
 */
export function arrivalTimes(kind: ArrivalKind, rateRps: number, seed: number): () => number {
  const gap: Gap = GAPS[kind];
  const random = seededRandom(seed);
  // Summed in units of the mean gap, where evenly spaced arrivals stay exact however many there are.
  let gaps = 0;
  return () => {
    const timeMs = (gaps * 1000) / rateRps;
    gaps += gap(random);
    return timeMs;
  };
}
