/**
 * Whether reality still is as the plan took it to be: durations of batches and the rate of requests, each against a stated
 * tolerance. What has drifted is told once, and again only after it has been well, and not soon: what goes to and fro about a
 * tolerance is one piece of news.
 */

/** Relative; beyond it in either direction is drift, but fewer requests than planned harm nobody. */
const TOLERANCE = 0.2;

/** Off by less than this is no drift, whatever it is of a batch that takes no time, ms. */
const LEAST_MS = 0.5;

/** A ratio within this much of the plan counts as well again. */
const WELL = 0.1;

/** Batches of a module before its durations are judged; the mean is over about as many. */
const LEAST_BATCHES = 30;

/** Rates are judged over windows of this length, two of them in a row. */
const WINDOW_MS = 5000;

/** The same is told no more often. */
const REPEAT_MS = 600_000;

export type Drift =
  | { readonly kind: 'durations'; readonly module: number; readonly ratio: number }
  | { readonly kind: 'rate'; readonly ratio: number };

export interface PlanHealth {
  /** A batch has run; @returns drift that this is the first to show. */
  batchRun(module: number, computeMs: number, plannedMs: number, nowMs: number): Drift | undefined;
  /**
   * Requests have arrived,
   * @param module or as many calls of this module alone as so many requests make: its own load comes on top of theirs
   */
  arrived(requests: number, nowMs: number, module?: number): Drift | undefined;
  /** Measured over planned durations, of late; 1 before there are enough to judge, and where they are off by nothing that counts. */
  durationRatio(module: number): number;
  /**
   * Of the last full window over the planned one, at the module that is called most beside the application; 1 before there is
   * one, 0 when a whole one has passed in which nothing came.
   */
  rateRatio(nowMs: number): number;
}

/** Of a module, of late: means over so many batches. */
interface Durations {
  batches: number;
  /** Measured over planned. */
  ratio: number;
  /** Measured less planned, ms. */
  offMs: number;
  readonly slower: News;
  readonly faster: News;
}

/** Whether drift in one direction is to be told. */
class News {
  private isFresh = true;
  private toldMs = Number.NEGATIVE_INFINITY;

  /** All is well again. */
  settle(): void {
    this.isFresh = true;
  }

  /** @returns whether to tell it; then it has been told */
  take(nowMs: number): boolean {
    if (!this.isFresh || nowMs < this.toldMs + REPEAT_MS) return false;
    this.isFresh = false;
    this.toldMs = nowMs;
    return true;
  }
}

/** The one figure for those who watch and for those who are told: how far durations are off, as far as that says anything. */
const driftOf = ({ batches, ratio, offMs }: Durations): number =>
  batches < LEAST_BATCHES || Math.abs(offMs) < LEAST_MS ? 1 : ratio;

/** @param rateRps of requests, as planned */
export function planHealth(modules: number, rateRps: number): PlanHealth {
  const durations = Array.from(
    { length: modules },
    (): Durations => ({
      batches: 0,
      ratio: 1,
      offMs: 0,
      slower: new News(),
      faster: new News(),
    }),
  );
  let windowEndMs: number | undefined;
  let inWindow = 0;
  const direct = new Array<number>(modules).fill(0);
  /** Of the window that has ended, or would end now. */
  const windowRatio = (): number => ((inWindow + Math.max(...direct)) * 1000) / (WINDOW_MS * rateRps);
  let lastRatio = 1;
  let highWindows = 0;
  const higher = new News();
  return {
    batchRun(module, computeMs, plannedMs, nowMs) {
      const seen = durations[module]!;
      seen.batches += 1;
      const weight = 1 / Math.min(seen.batches, LEAST_BATCHES);
      seen.ratio += weight * (computeMs / plannedMs - seen.ratio);
      seen.offMs += weight * (computeMs - plannedMs - seen.offMs);
      const ratio = driftOf(seen);
      const off = Math.abs(ratio - 1);
      if (off < WELL) {
        seen.slower.settle();
        seen.faster.settle();
      }
      const news = ratio > 1 ? seen.slower : seen.faster;
      return off > TOLERANCE && news.take(nowMs) ? { kind: 'durations', module, ratio } : undefined;
    },
    arrived(requests, nowMs, module) {
      windowEndMs ??= nowMs + WINDOW_MS;
      let drift: Drift | undefined;
      if (nowMs >= windowEndMs) {
        const ratio = windowRatio();
        lastRatio = nowMs < windowEndMs + WINDOW_MS ? ratio : 0;
        highWindows = ratio > 1 + TOLERANCE ? highWindows + 1 : 0;
        if (ratio < 1 + WELL) higher.settle();
        if (highWindows >= 2 && higher.take(nowMs)) drift = { kind: 'rate', ratio };
        inWindow = 0;
        direct.fill(0);
        // A pause is no window of its own: the next one begins with what ends it.
        windowEndMs = nowMs + WINDOW_MS;
      }
      if (module === undefined) inWindow += requests;
      else direct[module]! += requests;
      return drift;
    },
    durationRatio: (module) => driftOf(durations[module]!),
    rateRatio(nowMs) {
      if (windowEndMs === undefined || nowMs < windowEndMs) return lastRatio;
      return nowMs < windowEndMs + WINDOW_MS ? windowRatio() : 0;
    },
  };
}
