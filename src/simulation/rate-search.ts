/**
 * The highest rate that keeps an attainment, as the field reports goodput: steps from a guess that double until one rate
 * is seen to hold and one above it to fail, then bisection. Attainment need not fall steadily with the rate (evenly spaced
 * arrivals resonate with batches), so that rates a little above are tried, too. About ten replays from a good guess.
 */

export interface RateBounds {
  /** Where the search begins; the better the guess, the fewer the replays. */
  readonly startRps: number;
  /** No rate below is tried, */
  readonly leastRps: number;
  /** and none above. */
  readonly mostRps: number;
  /** Relative: a rate so little above the one found was seen to fail, unless that is the highest of all. */
  readonly precision: number;
  /** Whether a rate ahead that holds is where the search goes on; it ends there otherwise, what holds above a failure being noise. */
  readonly climbs?: boolean;
}

/** Relative. */
export const FIRST_STEP = 0.05;

/** How far above the rate found others are tried, in multiples of the precision. */
export const LOOK_AHEAD = [2, 4, 8];

/**
 * @param attainmentAt the share, 0..1, that is in time at a rate; the same for the same rate
 * @param target 0..1
 * @returns requests/s; undefined where no rate tried, down to the least, keeps the target
 */
export function findRate(
  attainmentAt: (rateRps: number) => number,
  target: number,
  bounds: RateBounds,
): number | undefined {
  const search = searchRate(target, bounds);
  let step = search.next();
  while (!step.done) step = search.next(attainmentAt(step.value));
  return step.value;
}

/** The same search for whoever has to wait for attainments: it yields the rate to try next, and is handed what was seen there. */
export type RateSearch = Generator<number, number | undefined, number>;

export function* searchRate(
  target: number,
  { startRps, leastRps, mostRps, precision, climbs = true }: RateBounds,
): RateSearch {
  let highestRps = 0;
  function* holds(rateRps: number): Generator<number, boolean, number> {
    const attainment = yield rateRps;
    if (attainment < target) return false;
    highestRps = rateRps;
    return true;
  }

  /** @returns a rate above the highest that holds and fails; infinite where all up to the bound hold */
  function* bracket(fromRps: number): Generator<number, number, number> {
    let failsRps = Number.POSITIVE_INFINITY;
    let rateRps = fromRps;
    for (let step = FIRST_STEP; ; step *= 2) {
      if (yield* holds(rateRps)) {
        if (failsRps < Number.POSITIVE_INFINITY || rateRps === mostRps) return failsRps;
        rateRps = Math.min(mostRps, rateRps * (1 + step));
      } else {
        failsRps = rateRps;
        if (highestRps > 0 || rateRps === leastRps) return failsRps;
        rateRps = Math.max(leastRps, rateRps / (1 + step));
      }
    }
  }

  let nextRps: number | undefined = Math.min(mostRps, Math.max(leastRps, startRps));
  while (nextRps !== undefined) {
    let failsRps: number = yield* bracket(nextRps);
    if (highestRps === 0) return undefined;
    while (failsRps < Number.POSITIVE_INFINITY && failsRps > highestRps * (1 + precision)) {
      const middleRps = Math.sqrt(highestRps * failsRps);
      if (!(yield* holds(middleRps))) failsRps = middleRps;
    }
    const foundRps = highestRps;
    nextRps = undefined;
    for (const far of LOOK_AHEAD) {
      const aheadRps = foundRps * (1 + precision) ** far;
      if (aheadRps > mostRps || !(yield* holds(aheadRps))) continue;
      if (climbs) nextRps = Math.min(mostRps, aheadRps * (1 + FIRST_STEP));
      break;
    }
  }
  return highestRps;
}
