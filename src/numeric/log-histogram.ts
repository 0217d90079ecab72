/**
 * Counts of positive numbers in bins whose width grows with the number: every quantile is known to half a per mille, however
 * many numbers there were, in constant memory. A logarithm a number.
 */
const BINS_PER_OCTAVE = 700;
const LEAST = 2 ** -10;
const OCTAVES = 34;

export class LogHistogram {
  private readonly counts = new Float64Array(BINS_PER_OCTAVE * OCTAVES);
  count = 0;
  sum = 0;
  max = 0;

  /** @param value ≥ 0; below 2^-10 and from 2^24 on it counts as the smallest and the largest bin */
  add(value: number): void {
    const bin = Math.floor(Math.log2(value / LEAST) * BINS_PER_OCTAVE);
    this.counts[Math.max(0, Math.min(bin, this.counts.length - 1))]! += 1;
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
    for (let bin = 0; bin < this.counts.length; bin++) {
      seen += this.counts[bin]!;
      if (this.count > 0 && seen >= wanted) return Math.min(this.max, middleOf(bin));
    }
    return this.max;
  }

  /** How many numbers lie from one value up to below another, to the width of a bin at each end. */
  countBetween(from: number, to: number): number {
    let count = 0;
    const first = Math.max(0, binOf(from));
    const last = Math.min(this.counts.length, binOf(to));
    for (let bin = first; bin < last; bin++) count += this.counts[bin]!;
    return count;
  }
}

const binOf = (value: number): number =>
  value <= LEAST ? 0 : Math.ceil(Math.log2(value / LEAST) * BINS_PER_OCTAVE - 1e-9);

const middleOf = (bin: number): number => LEAST * 2 ** ((bin + 0.5) / BINS_PER_OCTAVE);
