/**
 * What may come next, from what came: moments of the last half minute whose preceding second looked like the second that has
 * just passed, and what followed each of them. It finds any period by itself (ours). About 20 µs for 600 arrivals.
 */
const GRID_MS = 50;
/** Bins of 200 ms, five of them make the second that is compared. */
const STEPS_PER_BIN = 4;
const BINS = 5;
const STEPS_PER_SECOND = STEPS_PER_BIN * BINS;
/** A second back at least, or what followed has not happened yet; half a minute at most. */
const LEAST_BACK = STEPS_PER_SECOND;
const MOST_BACK = 600;
/** Moments closer than a bin to one already chosen tell the same. */
const APART = STEPS_PER_BIN;
const SCENARIOS = 10;
const KEPT_MS = (MOST_BACK + STEPS_PER_SECOND) * GRID_MS;
const RATE_MS = 5000;

export class PastArrivals {
  /** Rising; those before `front` are forgotten. */
  private times: number[] = [];
  private front = 0;
  private firstMs = Number.POSITIVE_INFINITY;
  /** How many came within the last k steps of the grid. */
  private readonly since = new Int32Array(MOST_BACK + STEPS_PER_SECOND + 1);
  private readonly unlikeness = new Float64Array(MOST_BACK + 1);

  add(nowMs: number): void {
    this.firstMs = Math.min(this.firstMs, nowMs);
    this.times.push(nowMs);
    while (this.times[this.front]! < nowMs - KEPT_MS) this.front += 1;
    if (this.front <= 1024) return;
    this.times = this.times.slice(this.front);
    this.front = 0;
  }

  /** Mean of the last five seconds, or of what there is of them, requests/s. */
  rateRps(nowMs: number): number {
    let first = this.times.length;
    while (first > this.front && this.times[first - 1]! > nowMs - RATE_MS) first -= 1;
    const seenMs = Math.max(1000, Math.min(RATE_MS, nowMs - this.firstMs));
    return ((this.times.length - first) * 1000) / seenMs;
  }

  /** What came in the second after each of the most alike moments, as times from now, ms; none before there are two seconds of history. */
  scenarios(nowMs: number): Float64Array[] {
    const seenSteps = Math.floor((nowMs - this.firstMs) / GRID_MS);
    const mostBack = Math.min(MOST_BACK, seenSteps - STEPS_PER_SECOND);
    if (!(mostBack >= LEAST_BACK)) return [];
    this.countBack(nowMs, mostBack + STEPS_PER_SECOND);
    for (let back = LEAST_BACK; back <= mostBack; back++) this.unlikeness[back] = this.unlikenessAt(back);
    const found: Float64Array[] = [];
    while (found.length < SCENARIOS) {
      const back = this.mostAlike(mostBack);
      if (back === undefined) break;
      found.push(this.after(back, nowMs));
      const last = Math.min(mostBack, back + APART - 1);
      for (let near = Math.max(LEAST_BACK, back - APART + 1); near <= last; near++)
        this.unlikeness[near] = Number.POSITIVE_INFINITY;
    }
    return found;
  }

  private countBack(nowMs: number, steps: number): void {
    let first = this.times.length;
    for (let step = 0; step <= steps; step++) {
      while (first > this.front && this.times[first - 1]! > nowMs - step * GRID_MS) first -= 1;
      this.since[step] = this.times.length - first;
    }
  }

  /** Sum of squared differences between the bins before a moment and those before now. */
  private unlikenessAt(back: number): number {
    const { since } = this;
    let sum = 0;
    for (let step = 0; step < STEPS_PER_SECOND; step += STEPS_PER_BIN) {
      const then = since[back + step + STEPS_PER_BIN]! - since[back + step]!;
      const now = since[step + STEPS_PER_BIN]! - since[step]!;
      sum += (then - now) ** 2;
    }
    return sum;
  }

  /** The latest of the most alike; undefined where all are taken. */
  private mostAlike(mostBack: number): number | undefined {
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let back = LEAST_BACK; back <= mostBack; back++) {
      if (this.unlikeness[back]! >= least) continue;
      least = this.unlikeness[back]!;
      best = back;
    }
    return best;
  }

  private after(back: number, nowMs: number): Float64Array {
    const { times, since } = this;
    const momentMs = nowMs - back * GRID_MS;
    const followed = times.slice(times.length - since[back]!, times.length - since[back - STEPS_PER_SECOND]!);
    return Float64Array.from(followed, (timeMs) => timeMs - momentMs);
  }
}
