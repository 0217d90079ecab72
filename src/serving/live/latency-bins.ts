/**
 * Latencies by second as counts in bins, each 2^(1/16) times as wide as the one before, so that the quantiles of any window
 * are known to about two percent whatever came in.
 */
import type { Latencies } from '../../domain/live-report.ts';
import { KEPT_SECONDS, SecondTable } from './second-table.ts';

const BINS_PER_OCTAVE = 16;
/** 16 µs; the last bin ends at more than four minutes. */
const LEAST_MS = 2 ** -6;
const BINS = 24 * BINS_PER_OCTAVE;

const binOf = (ms: number): number =>
  Math.max(0, Math.min(BINS - 1, Math.floor(Math.log2(ms / LEAST_MS) * BINS_PER_OCTAVE)));

/** The middle of a bin. */
const msOf = (bin: number): number => LEAST_MS * 2 ** ((bin + 0.5) / BINS_PER_OCTAVE);

export class LatencyBins {
  private readonly counts = new SecondTable(BINS);
  private readonly most = new SecondTable(1);
  /** Of seconds that are over, in the row of each, so that requests need not wait while all of them are counted again. */
  private readonly known: { readonly second: number; readonly latencies: Latencies | undefined }[] = [];
  private latest = 0;

  /** @param second never earlier than at the call before */
  add(second: number, ms: number): void {
    if (second > this.latest) {
      const over = { second: this.latest, latencies: this.over(this.latest, 1) };
      this.known[this.latest % KEPT_SECONDS] = over;
      this.latest = second;
    }
    this.counts.add(second, binOf(ms), 1);
    this.most.raise(second, 0, ms);
  }

  /** In this second, ms; undefined where there were none. */
  of(second: number): Latencies | undefined {
    if (second >= this.latest) return this.over(second, 1);
    const known = this.known[second % KEPT_SECONDS];
    return known?.second === second ? known.latencies : undefined;
  }

  /** Over `seconds` seconds, the last of them `last`, ms; undefined where there were none. */
  over(last: number, seconds: number): Latencies | undefined {
    const counts = this.counts.sums(last, seconds);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return undefined;
    let max = 0;
    for (let second = last - seconds + 1; second <= last; second++)
      max = Math.max(max, this.most.at(second, 0));
    const quantile = (share: number): number => {
      let left = Math.ceil(share * total);
      const bin = counts.findIndex((count) => {
        left -= count;
        return left <= 0;
      });
      return Math.min(msOf(bin), max);
    };
    return { p50: quantile(0.5), p99: quantile(0.99), max };
  }
}
