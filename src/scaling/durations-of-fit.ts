/** The durations that a scaling policy chooses from: a profile's fit, evaluated for every number of cores and every batch size. */
import type { LatencyFit } from '../domain/profile.ts';
import { predictMs } from '../latency/fit-latency.ts';

/** @returns ms by cores, then by batch size, never less for more requests; both indices 0 are unused */
export const durationsOfFit = (fit: LatencyFit, mostCores: number, mostBatch: number): Float64Array[] =>
  Array.from({ length: mostCores + 1 }, (_, cores) => {
    const durationsMs = new Float64Array(mostBatch + 1);
    for (let size = 1; cores > 0 && size <= mostBatch; size++)
      durationsMs[size] = Math.max(durationsMs[size - 1]!, predictMs(fit, size, cores));
    return durationsMs;
  });
