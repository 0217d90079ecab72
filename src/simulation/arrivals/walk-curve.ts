/**
 * Arrivals along a rate curve. Gaps are drawn in requests, and a request is where the curve reaches its number: exact for
 * Poisson gaps, whose rate then is the curve's, and for evenly spaced ones, of which every piece gets what it counts.
 */
import type { Random } from '../../numeric/prng.ts';
import type { Replay } from './arrival-spec.ts';
import type { DrawGap } from './draw-gap.ts';
import type { RateCurve } from './rate-curve.ts';

type Afterwards = Replay['afterwards'];

/** @returns times in ms, ascending; Infinity after the end of a curve that is not repeated */
export function walkCurve(
  curve: RateCurve,
  afterwards: Afterwards,
  drawGap: DrawGap,
  random: Random,
): () => number {
  const walk = new Walk(curve, afterwards);
  let count = 0;
  return () => {
    if (!walk.goTo(count)) return Number.POSITIVE_INFINITY;
    const share = (count - walk.countBefore) / (walk.countAfter - walk.countBefore);
    count += drawGap(random);
    return walk.timeAt(share);
  };
}

/**
 * Every piece gets what it counts, independently and uniformly distributed in it: each next one is the least of those left,
 * whose distribution function is 1 − (1 − share)^left.
 * @returns times in ms, ascending; Infinity after the end of a curve that is not repeated
 */
export function scatterOnCurve(curve: RateCurve, afterwards: Afterwards, random: Random): () => number {
  const walk = new Walk(curve, afterwards);
  let count = 0;
  let share = 0;
  let left = 0;
  return () => {
    if (!walk.goTo(count)) return Number.POSITIVE_INFINITY;
    if (left === 0) {
      share = 0;
      left = Math.ceil(walk.countAfter) - count;
    }
    share += (1 - share) * (1 - random.uniform() ** (1 / left));
    count++;
    left--;
    return walk.timeAt(share);
  };
}

/** Where one is on a curve: a piece, in one of the rounds. */
class Walk {
  private readonly curve: RateCurve;
  private readonly afterwards: Afterwards;
  private piece = 0;
  private round = 0;
  private latestMs = 0;
  countBefore: number;
  countAfter: number;

  constructor(curve: RateCurve, afterwards: Afterwards) {
    this.curve = curve;
    this.afterwards = afterwards;
    this.countBefore = 0;
    this.countAfter = curve.counts[1]!;
  }

  /** On to the piece where the curve goes beyond `count`; false where it never does. */
  goTo(count: number): boolean {
    const { counts } = this.curve;
    const last = counts.length - 1;
    while (count >= this.countAfter) {
      if (this.piece < last - 1) this.piece++;
      else if (this.afterwards === 'end') return false;
      else {
        this.piece = 0;
        this.round++;
      }
      // Not summed up round by round: errors do not add up.
      const before = this.round * counts[last]!;
      this.countBefore = before + counts[this.piece]!;
      this.countAfter = before + counts[this.piece + 1]!;
    }
    return true;
  }

  /** The time where so much (0..1) of the piece is done; rounding never makes it fall. */
  timeAt(share: number): number {
    const { timesMs } = this.curve;
    const startMs = timesMs[this.piece]!;
    const ms = this.round * timesMs.at(-1)! + startMs + share * (timesMs[this.piece + 1]! - startMs);
    this.latestMs = Math.max(this.latestMs, ms);
    return this.latestMs;
  }
}
