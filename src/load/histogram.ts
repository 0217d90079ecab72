/** Latencies counted in steps that widen as they grow, so that a long tail stays a few lines. */
import type { LoadBin } from '../domain/load.ts';
import type { LogHistogram } from '../numeric/log-histogram.ts';

/** Steps of a decade, each about 1.2 times the one before: the E12 series of preferred numbers. */
const STEPS = [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2];

/** @param latencies in ms; the bins reach from the first to the last of them, and their edges are true to a per mille */
export function histogram(latencies: LogHistogram): LoadBin[] {
  const bins: LoadBin[] = [];
  let counted = 0;
  for (const upToMs of edges()) {
    if (counted === latencies.count) return bins;
    const count = latencies.countUpTo(upToMs) - counted;
    counted += count;
    if (counted > 0) bins.push({ upToMs, count });
  }
  return bins;
}

/** 0.1, 0.12, 0.15, … ms, as far as anybody asks; rounded, since 2.2 × 10 is not 22. */
function* edges(): Generator<number> {
  for (let exponent = -1; ; exponent++) {
    for (const step of STEPS) yield Number((step * 10 ** exponent).toPrecision(2));
  }
}
