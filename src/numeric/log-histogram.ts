/**
 * Counts of positive numbers in bins whose width grows with the number: every quantile is known to half a per mille, however
 * many numbers there were, in constant memory. A logarithm a number.
 */
const FINE = 700;
const LEAST = 2 ** -10;
const OCTAVES = 34;

export class LogHistogram {
  private readonly counts: Float64Array;
  private readonly binsPerOctave: number;
  count = 0;
  sum = 0;
  max = 0;

  /** @param binsPerOctave each takes 272 bytes; with a tenth of them quantiles are known to half a per cent */
  constructor(binsPerOctave = FINE) {
    this.binsPerOctave = binsPerOctave;
    this.counts = new Float64Array(OCTAVES * binsPerOctave);
  }

  /** @param value ≥ 0; below 2^-10 and from 2^24 on it counts as the smallest and the largest bin */
  add(value: number): void {
    this.counts[this.binOf(value)]! += 1;
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  /** @param other with bins as wide */
  addAll(other: LogHistogram): void {
    for (const [bin, count] of other.counts.entries()) this.counts[bin]! += count;
    this.count += other.count;
    this.sum += other.sum;
    this.max = Math.max(this.max, other.max);
  }

  get mean(): number {
    return this.count > 0 ? this.sum / this.count : 0;
  }

  /** The least value that at least this share of the numbers does not exceed, to half a bin; 0 where there are none. */
  quantile(share: number): number {
    const wanted = Math.max(1, Math.ceil(share * this.count * (1 - 1e-12)));
    let seen = 0;
    for (let bin = 0; bin < this.counts.length && this.count > 0; bin++) {
      seen += this.counts[bin]!;
      if (seen >= wanted) return Math.min(this.max, LEAST * 2 ** ((bin + 0.5) / this.binsPerOctave));
    }
    return this.max;
  }

  /** How many numbers do not exceed this, to the width of a bin. */
  countUpTo(value: number): number {
    if (value >= this.max) return this.count;
    const last = this.binOf(value);
    let count = 0;
    for (let bin = 0; bin <= last; bin++) count += this.counts[bin]!;
    return count;
  }

  private binOf(value: number): number {
    const bin = Math.floor(Math.log2(value / LEAST) * this.binsPerOctave);
    return Math.max(0, Math.min(bin, this.counts.length - 1));
  }
}
