/** When an open-loop load generator sends: at the times of the arrivals, whatever the server does. Pure; one loop sleeps. */

export interface Step {
  /** When the request should go out, in ms since the start. */
  readonly intendedMs: number;
  /** How long to sleep first; 0 where its time has come, or has passed. */
  readonly waitMs: number;
}

/** The next request, seen from `elapsedMs` since the start; undefined when there are no more. Each call takes one. */
export type Pace = (elapsedMs: number) => Step | undefined;

/**
 * @param nextArrivalMs times in ms, ascending
 * @param endMs arrivals at or after this time are not sent
 */
export function paceArrivals(nextArrivalMs: () => number, endMs: number): Pace {
  return (elapsedMs) => {
    const intendedMs = nextArrivalMs();
    return intendedMs < endMs ? { intendedMs, waitMs: Math.max(0, intendedMs - elapsedMs) } : undefined;
  };
}
