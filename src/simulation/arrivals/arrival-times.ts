/**
 * When requests arrive: any arrival process as a function that gives one time after the other, seeded, so that the same
 * arguments give the same times to the simulator and to the load generator. A call takes 10 to 200 ns.
 */
import { type Random, seededRandom } from '../../numeric/prng.ts';
import type { ArrivalProcess } from './arrival-spec.ts';
import { curveOfArrivals } from './curve-of-arrivals.ts';
import { type DrawGap, gapDrawer } from './draw-gap.ts';
import { scatterOnCurve, walkCurve } from './walk-curve.ts';

/**
 * Every call gives the time of the next arrival, in ms, never falling. The first is at 0, but where a curve of rates starts
 * with none. Endless, or Infinity after the last of a trace that ends.
 * @param rateRps mean arrivals per second, > 0; a process with rates of its own (`meanRateRps`) keeps to those
 */
export function arrivalTimes(arrivals: ArrivalProcess, rateRps: number, seed: number): () => number {
  const random = seededRandom(seed);
  switch (arrivals.kind) {
    case 'burst':
      return renewals(gapDrawer(arrivals.gaps), arrivals.size, rateRps, random);
    case 'steps':
      return walkCurve(curveOfArrivals(arrivals, rateRps), 'repeat', gapDrawer(arrivals.gaps), random);
    case 'trace': {
      const curve = curveOfArrivals(arrivals, rateRps);
      const scattered = arrivals.recording.kind === 'counts' && arrivals.spread !== 'even';
      return scattered
        ? scatterOnCurve(curve, arrivals.afterwards, random)
        : walkCurve(curve, arrivals.afterwards, gapDrawer({ kind: 'uniform' }), random);
    }
    default:
      return renewals(gapDrawer(arrivals), 1, rateRps, random);
  }
}

/** `size` at once, then a gap that keeps the rate. */
function renewals(drawGap: DrawGap, size: number, rateRps: number, random: Random): () => number {
  // Summed in units of the mean gap, where evenly spaced arrivals stay exact however many there are.
  let gaps = 0;
  let left = size;
  return () => {
    const timeMs = (gaps * size * 1000) / rateRps;
    left--;
    if (left === 0) {
      left = size;
      gaps += drawGap(random);
    }
    return timeMs;
  };
}
