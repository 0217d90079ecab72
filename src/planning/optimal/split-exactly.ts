/**
 * The cheapest split of the SLO over the modules, with a bound that proves it: branch and bound over boxes, each a range of
 * pieces for every module. A box is bounded by making its curves convex (relax-split.ts) and then taking, at the prices found,
 * every curve as it is: whatever the prices, no split in the box costs less. Pieces that cannot lead below the best split known are
 * dropped for good. The splits that the relaxation suggests, improved step by step, are what is chosen from.
 */
import { cheapestLatency, costAt } from './arc.ts';
import type { Piece } from './cost-pieces.ts';
import { cheapestAtPrice, costWithin, type Position, pieceAt, positionWithin } from './curve-position.ts';
import { type Dag, slackOf } from './dag.ts';
import { hullOf } from './hull-of-pieces.ts';
import { type Relaxed, relaxSplit } from './relax-split.ts';

export interface SplitProblem {
  readonly dag: Dag;
  /** Of each module, by rising latency and falling cost. */
  readonly curves: readonly (readonly Piece[])[];
  readonly limitMs: number;
  /** USD per hour; only cheaper splits are looked for. */
  readonly limitPerHour: number;
  /** Asked once per box; then the search ends with what it has. */
  readonly expired: () => boolean;
}

export interface Split {
  /** One position per module; undefined where nothing below the limit was found. */
  readonly positions: readonly Position[] | undefined;
  /** USD per hour; no split costs less than this or the limit. Infinite where there is none. */
  readonly boundPerHour: number;
  readonly boxes: number;
}

/** Relative: splits that are cheaper by less are not looked for. */
const PROVEN = 1e-8;

/** How often the hulls are refined in one box. */
const REFINEMENTS = 12;

interface Box {
  /** First and last piece of each module. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly boundPerHour: number;
}

/** What is known of a box: its bound, a split within the limit, and where to cut. */
interface Explored {
  readonly boundPerHour: number;
  /** Of each module, those that some split within the limit can use. */
  readonly pieces: readonly (readonly Piece[])[];
  readonly relaxed: Relaxed;
  /** The bound that the relaxation's prices give; `boundPerHour` may stand on others. */
  readonly atPricesPerHour: number;
  readonly cut: { readonly module: number; readonly after: number } | undefined;
}

export function splitExactly(problem: SplitProblem): Split {
  const { dag, limitMs, expired } = problem;
  let { curves } = problem;
  let best: Position[] | undefined;
  let bestPerHour = problem.limitPerHour;
  let boxes = 0;
  const isOpen = ({ boundPerHour }: Pick<Box, 'boundPerHour'>): boolean =>
    boundPerHour < bestPerHour * (1 - PROVEN);
  const offer = (latenciesMs: Float64Array): void => {
    const positions = improve(dag, curves, latenciesMs, limitMs);
    const costPerHour = positions.reduce((sum, { piece, latencyMs }) => sum + costAt(piece, latencyMs), 0);
    if (costPerHour >= bestPerHour) return;
    best = positions;
    bestPerHour = costPerHour;
  };
  const explore = (box: Box): Explored | undefined => {
    boxes++;
    return exploreBox(box, problem.dag, curves, limitMs, (bound) => isOpen({ boundPerHour: bound }), offer);
  };
  const result = (boundPerHour: number): Split => ({ positions: best, boundPerHour, boxes });
  if (curves.some(({ length }) => length === 0)) return result(Number.POSITIVE_INFINITY);

  let box = wholeBox(curves);
  let explored = explore(box);
  if (explored?.cut !== undefined && isOpen(explored)) {
    curves = dropHopeless(explored, bestPerHour);
    if (curves.some(({ length }) => length === 0)) return result(bestPerHour * (1 - PROVEN));
    box = wholeBox(curves);
    explored = explore(box);
  }
  const open: Box[] = [];
  let provenPerHour = bestPerHour;
  for (;;) {
    if (explored?.cut !== undefined && isOpen(explored)) {
      for (const half of cutBox(box, explored.cut, explored.boundPerHour)) insert(open, half);
    } else if (explored !== undefined) provenPerHour = Math.min(provenPerHour, explored.boundPerHour);
    const next = open.pop();
    if (next === undefined) return result(provenPerHour);
    if (!isOpen(next) || expired()) return result(Math.min(provenPerHour, next.boundPerHour));
    box = next;
    explored = explore(box);
  }
}

const wholeBox = (curves: readonly (readonly Piece[])[]): Box => ({
  first: new Int32Array(curves.length),
  last: Int32Array.from(curves, ({ length }) => length - 1),
  boundPerHour: 0,
});

/** Keeps the lowest bound last. */
function insert(open: Box[], box: Box): void {
  let at = 0;
  let end = open.length;
  while (at < end) {
    const middle = (at + end) >> 1;
    if (open[middle]!.boundPerHour > box.boundPerHour) at = middle + 1;
    else end = middle;
  }
  open.splice(at, 0, box);
}

function cutBox(
  { first, last }: Box,
  { module, after }: { readonly module: number; readonly after: number },
  boundPerHour: number,
): Box[] {
  const tight = last.slice();
  tight[module] = after;
  const loose = first.slice();
  loose[module] = after + 1;
  return [
    { first, last: tight, boundPerHour },
    { first: loose, last, boundPerHour },
  ];
}

/** @returns undefined where the box holds no split within the limit */
function exploreBox(
  { first, last, boundPerHour: boundBefore }: Box,
  dag: Dag,
  curves: readonly (readonly Piece[])[],
  limitMs: number,
  isWorthwhile: (boundPerHour: number) => boolean,
  offer: (latenciesMs: Float64Array) => void,
): Explored | undefined {
  const tightestMs = Float64Array.from(curves, (curve, module) => curve[first[module]!]!.fromMs);
  const slackMs = slackOf(dag, tightestMs, limitMs);
  if (slackMs.some((ms) => ms < 0)) return undefined;
  const pieces = curves.map((curve, module) => {
    const loosestMs = tightestMs[module]! + slackMs[module]!;
    const held = curve.slice(first[module]!, last[module]! + 1).filter(({ fromMs }) => fromMs <= loosestMs);
    const end = held.at(-1)!;
    if (end.slope > 0 && end.toMs > loosestMs) held[held.length - 1] = { ...end, toMs: loosestMs };
    return held;
  });
  const extraMs: number[][] = pieces.map(() => []);
  let boundPerHour = boundBefore;
  for (let round = 0; ; round++) {
    const relaxed = relaxSplit(
      dag,
      pieces.map((held, module) => hullOf(held, extraMs[module]!)),
      limitMs,
    );
    if (relaxed === undefined) return undefined;
    const { prices, limitPrice, latenciesMs } = relaxed;
    let total = -limitPrice * limitMs;
    let widest = 0;
    let module = -1;
    let cheapest: Position | undefined;
    for (let each = 0; each < pieces.length; each++) {
      const position = cheapestAtPrice(pieces[each]!, prices[each]!);
      const value = costAt(position.piece, position.latencyMs) + prices[each]! * position.latencyMs;
      total += value;
      const at = latenciesMs[each]!;
      const off = costWithin(pieces[each]!, at) + prices[each]! * at - value;
      if (off > widest) {
        widest = off;
        module = each;
        cheapest = position;
      }
    }
    boundPerHour = Math.max(boundPerHour, total);
    offer(latenciesMs);
    const explored = { boundPerHour, pieces, relaxed, atPricesPerHour: total };
    if (module < 0 || widest <= boundPerHour * 1e-9 || !isWorthwhile(boundPerHour))
      return { ...explored, cut: undefined };
    const held = pieces[module]!;
    const at = held.indexOf(pieceAt(held, latenciesMs[module]!));
    const wanted = held.indexOf(cheapest!.piece);
    if (at === wanted && held[at]!.slope > 0 && round < REFINEMENTS) {
      for (const [each, list] of extraMs.entries()) {
        list.push(latenciesMs[each]!, cheapestAtPrice(pieces[each]!, prices[each]!).latencyMs);
      }
      continue;
    }
    const after = Math.min(at, wanted, held.length - 2);
    return { ...explored, cut: after < 0 ? undefined : { module, after: first[module]! + after } };
  }
}

/** Hands out what latency is left, to the module that saves most with it, again and again. */
function improve(
  dag: Dag,
  curves: readonly (readonly Piece[])[],
  latenciesMs: Float64Array,
  limitMs: number,
): Position[] {
  const positions = curves.map((curve, module) => positionWithin(curve, latenciesMs[module]!));
  const takenMs = Float64Array.from(positions, ({ latencyMs }) => latencyMs);
  for (;;) {
    const slackMs = slackOf(dag, takenMs, limitMs);
    let most = 0;
    let module = -1;
    let better: Position | undefined;
    for (let each = 0; each < positions.length; each++) {
      if (slackMs[each]! <= 0) continue;
      const { piece, latencyMs } = positions[each]!;
      const next = positionWithin(curves[each]!, latencyMs + slackMs[each]!);
      const now = costAt(piece, latencyMs);
      const saved = now - costAt(next.piece, next.latencyMs);
      if (saved > Math.max(most, now * 1e-9)) {
        most = saved;
        module = each;
        better = next;
      }
    }
    if (better === undefined) return positions;
    positions[module] = better;
    takenMs[module] = better.latencyMs;
  }
}

/** The pieces without those that, at the prices found, would make any split as dear as the best one known. */
function dropHopeless({ atPricesPerHour, pieces, relaxed }: Explored, bestPerHour: number): Piece[][] {
  return pieces.map((held, module) => {
    const price = relaxed.prices[module]!;
    const values = held.map((piece) => {
      const latencyMs = cheapestLatency(piece, price);
      return costAt(piece, latencyMs) + price * latencyMs;
    });
    const affordable = Math.min(...values) + bestPerHour * (1 - PROVEN) - atPricesPerHour;
    return held.filter((_, index) => values[index]! < affordable);
  });
}
