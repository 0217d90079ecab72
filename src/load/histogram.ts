/** Latencies counted in steps that widen as they grow, so that a long tail stays a few lines. */

export interface Bin {
  /** The bin holds what is above the previous bin's and at most this. */
  readonly upToMs: number;
  readonly count: number;
}

/** Steps of a decade, each about 1.2 times the one before: the E12 series of preferred numbers. */
const STEPS = [1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2];

/** @param sorted latencies in ms, ascending; the bins reach from the first to the last of them */
export function histogram(sorted: ArrayLike<number>): Bin[] {
  const bins: Bin[] = [];
  let counted = 0;
  for (const upToMs of edges()) {
    if (counted === sorted.length) return bins;
    const from = counted;
    while (counted < sorted.length && sorted[counted]! <= upToMs) counted++;
    if (counted > 0) bins.push({ upToMs, count: counted - from });
  }
  return bins;
}

/** 0.1, 0.12, 0.15, … ms, as far as anybody asks; rounded, since 2.2 × 10 is not 22. */
function* edges(): Generator<number> {
  for (let exponent = -1; ; exponent++) {
    for (const step of STEPS) yield Number((step * 10 ** exponent).toPrecision(2));
  }
}
