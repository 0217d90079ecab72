/**
 * When an open-loop load generator sends: at the times of the arrivals, whatever the server does. A request may be held back
 * for as long as a network would take it, so that the server sees it then, and in the order of those times. Pure; one loop
 * sleeps.
 */

export interface Step {
  /** When the request's client sends it, in ms since the start: its latency counts from here. */
  readonly intendedMs: number;
  /** When it should leave this process; later where a network is put before the server. */
  readonly dueMs: number;
  /** How long to sleep first; 0 where its time has come, or has passed. */
  readonly waitMs: number;
}

/** The next request, seen from `elapsedMs` since the start; undefined when there are no more. Each call takes one. */
export type Pace = (elapsedMs: number) => Step | undefined;

/**
 * @param nextArrivalMs times in ms, ascending
 * @param endMs arrivals at or after this time are not sent
 * @param networkMs how long the network takes a request that is sent at a time
 */
export function paceArrivals(
  nextArrivalMs: () => number,
  endMs: number,
  networkMs: (intendedMs: number) => number = () => 0,
): Pace {
  /** The next to leave first; among equals whichever was sent first. */
  const onTheWay: { readonly intendedMs: number; readonly dueMs: number }[] = [];
  let nextMs = nextArrivalMs();
  return (elapsedMs) => {
    // Who is sent later may arrive earlier, but not before it is sent.
    while (nextMs < endMs && (onTheWay.length === 0 || nextMs < onTheWay[0]!.dueMs)) {
      const dueMs = nextMs + networkMs(nextMs);
      const after = onTheWay.findLastIndex((other) => other.dueMs <= dueMs);
      onTheWay.splice(after + 1, 0, { intendedMs: nextMs, dueMs });
      nextMs = nextArrivalMs();
    }
    const first = onTheWay.shift();
    return first && { ...first, waitMs: Math.max(0, first.dueMs - elapsedMs) };
  };
}
