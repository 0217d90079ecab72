/**
 * The best that could have been done with the future known: of all ways to serve requests in deadline order on one worker
 * whose cores change freely between batches, the fewest misses, and then the fewest core-seconds. By dynamic programming
 * over (next request, time the worker is free), times rounded up to a grid, so that what it finds can be done. Between
 * batches one core is held. About 12,000 · 200 states of at most cores · batch sizes choices, a second or two.
 */
interface Requests {
  readonly arrivalsMs: Float64Array;
  readonly deadlinesMs: Float64Array;
}

export interface BestSchedule {
  readonly misses: number;
  readonly coreSeconds: number;
}

const GRID_MS = 5;
/** Of one request, in core-ms: beyond all that cores can cost. */
const MISS = 1e9;
const IDLE_CORES = 1;

/**
 * @param requests in any order
 * @param durationsMs l(b, c) by cores, then by batch size; both indices 0 are unused
 * @param endMs cores are counted until then, and longer where the last batch is
 */
export function bestSchedule(
  requests: Requests,
  durationsMs: readonly Float64Array[],
  endMs: number,
): BestSchedule {
  const { arrivalsMs, deadlinesMs } = inDeadlineOrder(requests, endMs);
  const count = arrivalsMs.length - 1;
  const mostBatch = durationsMs[1]!.length - 1;
  const layers = new Layers(arrivalsMs, deadlinesMs, mostBatch + 1);
  layers.offer(0, 0, 0);
  for (let next = 0; next < count; next++) {
    const deadlineMs = deadlinesMs[next]!;
    layers.forEach(next, (freeMs, cost) => {
      layers.offer(next + 1, freeMs, cost + MISS);
      let startMs = freeMs;
      for (let size = 1; size <= mostBatch && next + size <= count; size++) {
        startMs = Math.max(startMs, arrivalsMs[next + size - 1]!);
        const idle = cost + IDLE_CORES * (startMs - freeMs);
        for (let cores = durationsMs.length - 1; cores > 0; cores--) {
          const batchMs = durationsMs[cores]![size]!;
          if (startMs + batchMs > deadlineMs) break;
          layers.offer(next + size, startMs + batchMs, idle + cores * batchMs);
        }
      }
    });
    layers.clear(next);
  }
  let least = Number.POSITIVE_INFINITY;
  layers.forEach(count, (_, cost) => {
    least = Math.min(least, cost);
  });
  const misses = Math.floor(least / MISS);
  return { misses, coreSeconds: (least - misses * MISS) / 1000 };
}

/** With one more, at the end, that is never served. */
function inDeadlineOrder({ arrivalsMs, deadlinesMs }: Requests, endMs: number): Requests {
  const order = [...deadlinesMs.keys()].sort((a, b) => deadlinesMs[a]! - deadlinesMs[b]! || a - b);
  const lastMs = Math.max(endMs, deadlinesMs[order.at(-1)!]!);
  return {
    arrivalsMs: Float64Array.from([...order.map((at) => arrivalsMs[at]!), lastMs]),
    deadlinesMs: Float64Array.from([...order.map((at) => deadlinesMs[at]!), lastMs]),
  };
}

/** The least cost by next request and time; only a batch's worth of requests at once. */
class Layers {
  /** Before this nothing of what is left has come, by next request. */
  private readonly beginsMs: Float64Array;
  private readonly costs: Float64Array[];

  constructor(arrivalsMs: Float64Array, deadlinesMs: Float64Array, kept: number) {
    this.beginsMs = arrivalsMs.slice();
    for (let at = arrivalsMs.length - 2; at >= 0; at--)
      this.beginsMs[at] = Math.min(this.beginsMs[at]!, this.beginsMs[at + 1]!);
    const longestMs = this.beginsMs.reduce((most, ms, at) => Math.max(most, deadlinesMs[at]! - ms), 0);
    const width = Math.ceil(longestMs / GRID_MS) + 2;
    this.costs = Array.from({ length: kept }, () => new Float64Array(width).fill(Number.POSITIVE_INFINITY));
  }

  /** The worker is free from then on; until there is something to do it idles. */
  offer(next: number, freeMs: number, cost: number): void {
    const beginMs = this.beginsMs[next]!;
    const cell = Math.max(0, Math.ceil((freeMs - beginMs) / GRID_MS));
    const total = cost + IDLE_CORES * (beginMs + cell * GRID_MS - freeMs);
    const costs = this.costs[next % this.costs.length]!;
    if (total < costs[cell]!) costs[cell] = total;
  }

  /** By rising time, but those that an earlier one reaches by idling for less. */
  forEach(next: number, visit: (freeMs: number, cost: number) => void): void {
    const costs = this.costs[next % this.costs.length]!;
    let reached = Number.POSITIVE_INFINITY;
    for (let cell = 0; cell < costs.length; cell++, reached += IDLE_CORES * GRID_MS) {
      const cost = costs[cell]!;
      if (cost >= reached) continue;
      reached = cost;
      visit(this.beginsMs[next]! + cell * GRID_MS, cost);
    }
  }

  clear(next: number): void {
    this.costs[next % this.costs.length]!.fill(Number.POSITIVE_INFINITY);
  }
}
