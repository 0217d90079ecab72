/** When requests are sent in an experiment: any arrival process, or the bursts of Sponge's load generator. */
import { type Random, seededRandom } from '../../numeric/prng.ts';
import type { ArrivalProcess } from '../arrivals/arrival-spec.ts';
import { arrivalTimes } from '../arrivals/arrival-times.ts';

/** Mean time from the start of a second until one of its requests is sent. */
const BURST_MS = 50;

/** @returns times below `lastsMs`, rising */
export function sentTimes(
  arrivals: ArrivalProcess | 'burst',
  rateRps: number,
  lastsMs: number,
  seed: number,
): Float64Array {
  if (arrivals === 'burst') return bursts(rateRps, lastsMs, seededRandom(seed));
  const times: number[] = [];
  const next = arrivalTimes(arrivals, rateRps, seed);
  for (let timeMs = next(); timeMs < lastsMs; timeMs = next()) times.push(timeMs);
  return Float64Array.from(times);
}

/** Each second's requests at independent exponential delays from its start (our reading of Sponge's load generator). */
function bursts(rateRps: number, lastsMs: number, random: Random): Float64Array {
  const requests = Math.round((rateRps * lastsMs) / 1000);
  return Float64Array.from({ length: requests }, (_, request) => {
    const secondMs = 1000 * Math.floor(request / rateRps);
    return secondMs - BURST_MS * Math.log(1 - random.uniform());
  }).sort();
}
