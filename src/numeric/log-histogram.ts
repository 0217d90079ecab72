/**
 * Counts of positive numbers in bins whose width grows with the number: every quantile is known to half a per mille, however
 * many numbers there were, in constant memory. A logarithm a number.
 */
const BINS_PER_OCTAVE = 700;
const LEAST = 2 ** -10;
const BINS = 34 * BINS_PER_OCTAVE;

export class LogHistogram {
  private readonly counts = new Float64Array(BINS);
  count = 0;
  sum = 0;
  max = 0;

  /** @param value ≥ 0; below 2^-10 and from 2^24 on it counts as the smallest and the largest bin */
  add(value: number): void {
    this.counts[binOf(value)]! += 1;
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  get mean(): number {
    return this.count > 0 ? this.sum / this.count : 0;
  }

  /** The least value that at least this share of the numbers does not exceed, to half a per mille; 0 where there are none. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.count * (1 - 1e-12)));
    let seen = 0;
    for (let bin = 0; bin < BINS && this.count > 0; bin++) {
      seen += this.counts[bin]!;
      if (seen >= wanted) return Math.min(this.max, LEAST * 2 ** ((bin + 0.5) / BINS_PER_OCTAVE));
    }
    return this.max;
  }

  /** How many numbers do not exceed this, to the width of a bin. */
  countUpTo(value: number): number {
    if (value >= this.max) return this.count;
    const last = binOf(value);
    let count = 0;
    for (let bin = 0; bin <= last; bin++) count += this.counts[bin]!;
    return count;
  }
}

const binOf = (value: number): number =>
  Math.max(0, Math.min(Math.floor(Math.log2(value / LEAST) * BINS_PER_OCTAVE), BINS - 1));
