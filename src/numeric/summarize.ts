/** What is told of a sample: its centre, its tail, its extremes, its spread. */
import { quantile } from './quantile.ts';

export interface Summary {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
  /** Of the sample (n − 1); 0 for a single value. */
  readonly stddev: number;
}

/** @param sample at least one value, in any order; the summary has its unit */
export function summarize(sample: readonly number[]): Summary {
  const sorted = Float64Array.from(sample).sort();
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    min: sorted[0]!,
    max: sorted.at(-1)!,
    stddev: Math.sqrt(squares / Math.max(1, sorted.length - 1)),
  };
}
