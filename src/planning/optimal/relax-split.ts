/**
 * The best split of a time limit over the modules when their cost curves are made convex: the time-cost tradeoff of project
 * planning, solved through its dual, a flow of prices along the paths (our reading; written without a source). All modules start at their loosest; while the longest
 * path exceeds the limit, its price rises until a module on it becomes faster. One pass over the DAG per corner of a hull.
 *
 * | symbol | meaning | unit |
 * |---|---|---|
 * | y | price of a module's latency: the flow through it | USD per hour and ms |
 * | C(L) + y·L | what a module then minimises | USD per hour |
 */
import type { Dag } from './dag.ts';

/** A convex falling curve through its corners, the loosest first. */
export interface Hull {
  readonly latencyMs: readonly number[];
  /** By how much the cost rises per ms from each corner to the next; the last is infinite. */
  readonly rise: readonly number[];
}

export interface Relaxed {
  /** By module. */
  readonly prices: Float64Array;
  /** Of the limit: what one ms more would save. */
  readonly limitPrice: number;
  /** Within the limit on every path. */
  readonly latenciesMs: Float64Array;
}

/** Corners of the lower convex hull of points given by falling latency and rising cost. */
export function lowerHull(latencyMs: readonly number[], costPerHour: readonly number[]): Hull {
  const corners: number[] = [];
  const riseOf = (a: number, b: number): number =>
    (costPerHour[b]! - costPerHour[a]!) / (latencyMs[a]! - latencyMs[b]!);
  for (let next = 0; next < latencyMs.length; next++) {
    while (corners.length > 1) {
      const last = corners.at(-1)!;
      if (riseOf(corners.at(-2)!, last) < riseOf(last, next)) break;
      corners.pop();
    }
    corners.push(next);
  }
  return {
    latencyMs: corners.map((corner) => latencyMs[corner]!),
    rise: corners.map((corner, index) =>
      index + 1 < corners.length ? riseOf(corner, corners[index + 1]!) : Number.POSITIVE_INFINITY,
    ),
  };
}

/** Relative: paths that differ by less are equally long. */
const EXACT = 1e-12;

/** Where a longest path comes from: the start, the module's other end, or an edge by its number. */
const START = -1;
const SELF = -2;

/** The end of all paths takes no time, whatever its price. */
const END: Hull = { latencyMs: [0], rise: [Number.POSITIVE_INFINITY] };

/** @returns undefined where even the fastest corners exceed the limit */
export function relaxSplit(dag: Dag, modules: readonly Hull[], limitMs: number): Relaxed | undefined {
  const { sources, targets, edgesInto } = dag;
  const last = dag.size;
  const size = last + 1;
  const hulls = [...modules, END];
  const corner = new Int32Array(size);
  const prices = new Float64Array(size);
  /** What each takes, and what it would take if its price fell. */
  const forwardMs = Float64Array.from(hulls, ({ latencyMs }) => latencyMs[0]!);
  const backwardMs = forwardMs.slice();
  const edgeFlow = new Float64Array(sources.length);
  let limitPrice = 0;
  let start = new Float64Array(size);
  let end = new Float64Array(size);
  let startBefore = start;
  let endBefore = end;
  let longestBefore = 0;
  const startFrom = new Int32Array(size);
  const endFrom = new Int32Array(size);
  const tolerance = limitMs * EXACT;

  /** The price at which a module left its corner's looser neighbour for it. */
  const entered = (module: number): number =>
    corner[module]! === 0 ? 0 : hulls[module]!.rise[corner[module]! - 1]!;
  const settle = (module: number): void => {
    const { latencyMs } = hulls[module]!;
    const at = corner[module]!;
    forwardMs[module] = latencyMs[at]!;
    backwardMs[module] = latencyMs[at > 0 && prices[module]! <= entered(module) ? at - 1 : at]!;
  };

  /** Longest distances in the residual graph, where flow can also be taken back. */
  function measure(): void {
    start.fill(Number.NEGATIVE_INFINITY);
    end.fill(Number.NEGATIVE_INFINITY);
    for (let changed = true, rounds = 0; changed && rounds <= 2 * size; rounds++) {
      changed = false;
      for (let module = 0; module < size; module++) {
        if (edgesInto[module]!.length === 0 && start[module]! < 0) {
          start[module] = 0;
          startFrom[module] = START;
        }
        for (const edge of edgesInto[module]!) {
          const before = end[sources[edge]!]!;
          if (before > start[module]! + tolerance) {
            start[module] = before;
            startFrom[module] = edge;
          }
        }
        const through = start[module]! + forwardMs[module]!;
        if (through > end[module]! + tolerance) {
          end[module] = through;
          endFrom[module] = SELF;
        }
      }
      if (limitPrice === 0) return;
      for (let module = size - 1; module >= 0; module--) {
        if (prices[module]! > 0) {
          const back = end[module]! - backwardMs[module]!;
          if (back > start[module]! + tolerance) {
            start[module] = back;
            startFrom[module] = SELF;
            changed = true;
          }
        }
        for (const edge of edgesInto[module]!) {
          const source = sources[edge]!;
          if (edgeFlow[edge]! > 0 && start[module]! > end[source]! + tolerance) {
            end[source] = start[module]!;
            endFrom[source] = edge;
            changed = true;
          }
        }
      }
    }
  }

  /** Calls back for every step of the longest path, last first. */
  function walk(step: (module: number, edge: number, forward: boolean) => void): void {
    let module = last;
    for (let atEnd = true, steps = 0; steps <= 4 * size; steps++) {
      const from = atEnd ? endFrom[module]! : startFrom[module]!;
      if (from === START) return;
      if (from === SELF) step(module, SELF, atEnd);
      else {
        step(module, from, !atEnd);
        module = atEnd ? targets[from]! : sources[from]!;
      }
      atEnd = !atEnd;
    }
  }

  /** How much a step of the path can carry before something changes. */
  const roomOf = (module: number, edge: number, forward: boolean): number => {
    if (edge !== SELF) return forward ? Number.POSITIVE_INFINITY : edgeFlow[edge]!;
    if (forward) return hulls[module]!.rise[corner[module]!]! - prices[module]!;
    const left = prices[module]! - entered(module);
    return left > 0
      ? left
      : entered(module) - (corner[module]! > 1 ? hulls[module]!.rise[corner[module]! - 2]! : 0);
  };

  const push = (module: number, edge: number, change: number): void => {
    if (edge !== SELF) {
      const flow = edgeFlow[edge]! + change;
      edgeFlow[edge] = flow > limitPrice * EXACT ? flow : 0;
      return;
    }
    const { rise } = hulls[module]!;
    const price = prices[module]! + change;
    // A price that reaches a corner is exactly there, or rounding would leave crumbs to push.
    if (change > 0 && price >= rise[corner[module]!]! * (1 - EXACT))
      prices[module] = rise[corner[module]!++]!;
    else {
      if (change < 0 && prices[module] === entered(module)) corner[module]!--;
      const floor = entered(module);
      prices[module] = price <= floor * (1 + EXACT) ? floor : price;
    }
    settle(module);
  };

  for (;;) {
    measure();
    const longest = end[last]!;
    if (longest <= limitMs) {
      const share = limitPrice === 0 ? 0 : (limitMs - longest) / (longestBefore - longest);
      const latenciesMs = new Float64Array(last);
      for (let module = 0; module < last; module++) {
        const now = end[module]! - start[module]!;
        const before = endBefore[module]! - startBefore[module]!;
        const planned = limitPrice === 0 ? now : now + share * (before - now);
        latenciesMs[module] = Math.min(backwardMs[module]!, Math.max(forwardMs[module]!, planned));
      }
      return { prices, limitPrice, latenciesMs };
    }
    let room = Number.POSITIVE_INFINITY;
    walk((module, edge, forward) => {
      room = Math.min(room, roomOf(module, edge, forward));
    });
    if (room === Number.POSITIVE_INFINITY) return undefined;
    limitPrice += room;
    walk((module, edge, forward) => push(module, edge, forward ? room : -room));
    longestBefore = longest;
    [start, startBefore] = [startBefore === start ? new Float64Array(size) : startBefore, start];
    [end, endBefore] = [endBefore === end ? new Float64Array(size) : endBefore, end];
  }
}
