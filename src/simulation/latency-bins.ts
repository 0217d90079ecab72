/** Latencies in about twenty bins of equal, round width, for people to look at. */
import type { SimulationResult } from '../domain/simulation.ts';
import type { LogHistogram } from '../numeric/log-histogram.ts';

const BINS = 20;

/** Bins from 0 to the largest latency at least, each with its upper end; none where there are no latencies. */
export function latencyBins(latencies: LogHistogram): SimulationResult['histogram'] {
  if (latencies.count === 0) return [];
  const widthMs = roundUp(latencies.max / BINS);
  let counted = 0;
  return Array.from({ length: Math.max(1, Math.ceil(latencies.max / widthMs)) }, (_, bin) => {
    const toMs = (bin + 1) * widthMs;
    const upTo = latencies.countUpTo(toMs);
    const count = upTo - counted;
    counted = upTo;
    return { fromMs: bin * widthMs, toMs, count };
  });
}

/** To the next of 1, 2, 5 times a power of ten; 1 for what is not above 0. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9))!;
}
