/**
 * What a box of splits can give at best: its curves are made convex and the limit split over them (relax-split.ts); then, at
 * the prices found, every curve is taken as it is: whatever the prices, no split in the box costs less. Where the box may hold
 * something cheaper than what is known, it is to be cut where its widest gap is: a straight line below several pieces. Where
 * the gap lies below a single arc, which is convex, the line is refined instead. Pieces that cannot lead to anything cheaper
 * are left out.
 */
import { costAt } from './arc.ts';
import type { Piece } from './cost-pieces.ts';
import { cheapestAtPrice, costWithin, leastValue, type Position, pieceAt } from './curve-position.ts';
import { type Dag, slackOf } from './dag.ts';
import { hullOf } from './hull-of-pieces.ts';
import { isWorthwhile } from './is-worthwhile.ts';
import { type Hull, type Relaxed, relaxSplit } from './relax-split.ts';

/** Of each module, by rising latency and falling cost. */
export type Curves = readonly (readonly Piece[])[];

/** The splits that keep every module to some of its pieces. */
export interface Box {
  readonly curves: Curves;
  /** USD per hour; none of them costs less. */
  readonly boundPerHour: number;
}

/** Pieces of the module that begin at this latency or a looser one go one way, the others the other. */
export interface Cut {
  readonly module: number;
  readonly atMs: number;
}

export interface Explored extends Box {
  /** Undefined where the box holds nothing that costs less than its bound or the best split known. */
  readonly cut: Cut | undefined;
}

/** Relative: costs closer than this to what they cost at the prices are as good as that. */
const CLOSE = 1e-9;

/** Far more often than any line has needed to be refined. */
const MOST_REFINEMENTS = 100;

/**
 * @param offer is handed latencies within the limit; returns what the best split known costs, USD per hour
 * @returns undefined where the box holds no split within the limit
 */
export function exploreBox(
  box: Box,
  dag: Dag,
  limitMs: number,
  offer: (latenciesMs: Float64Array) => number,
): Explored | undefined {
  const curves = withinReach(box.curves, dag, limitMs);
  if (curves === undefined) return undefined;
  const extraMs: number[][] = curves.map(() => []);
  let { boundPerHour } = box;
  for (let round = 0; ; round++) {
    const hulls = curves.map((pieces, module) => hullOf(pieces, extraMs[module]!));
    const relaxed = relaxSplit(dag, hulls, limitMs);
    if (relaxed === undefined) return undefined;
    const bestPerHour = offer(relaxed.latenciesMs);
    const { wanted, gaps, atPricesPerHour } = takeAsTheyAre(curves, relaxed, limitMs);
    boundPerHour = Math.max(boundPerHour, atPricesPerHour);
    const widest = Math.max(...gaps);
    const isDone = widest <= boundPerHour * CLOSE || !isWorthwhile(boundPerHour, bestPerHour);
    if (isDone || round === MOST_REFINEMENTS) return { curves, boundPerHour, cut: undefined };
    const module = gaps.indexOf(widest);
    const atMs = whereToCut(curves[module]!, hulls[module]!, relaxed.latenciesMs[module]!);
    if (atMs !== undefined) {
      const worthwhile = withoutHopeless(curves, relaxed.prices, bestPerHour - atPricesPerHour);
      return { curves: worthwhile, boundPerHour, cut: { module, atMs } };
    }
    for (const [each, list] of extraMs.entries()) {
      list.push(relaxed.latenciesMs[each]!, wanted[each]!.latencyMs);
    }
  }
}

/** The pieces that some split within the limit can use; undefined where there is no such split. */
function withinReach(curves: Curves, dag: Dag, limitMs: number): Curves | undefined {
  if (curves.some(({ length }) => length === 0)) return undefined;
  const tightestMs = Float64Array.from(curves, (pieces) => pieces[0]!.fromMs);
  const slackMs = slackOf(dag, tightestMs, limitMs);
  if (slackMs.some((ms) => ms < 0)) return undefined;
  return curves.map((pieces, module) => {
    const loosestMs = tightestMs[module]! + slackMs[module]!;
    const reached = pieces.filter(({ fromMs }) => fromMs <= loosestMs);
    const end = reached.at(-1)!;
    return end.slope > 0 && end.toMs > loosestMs ? reached.with(-1, { ...end, toMs: loosestMs }) : reached;
  });
}

/** What the modules would take at the prices, what they cost beyond that where they are, and what no split costs less than. */
function takeAsTheyAre(
  curves: Curves,
  { prices, limitPrice, latenciesMs }: Relaxed,
  limitMs: number,
): { wanted: Position[]; gaps: number[]; atPricesPerHour: number } {
  let atPricesPerHour = -limitPrice * limitMs;
  const wanted: Position[] = [];
  const gaps = curves.map((pieces, module) => {
    const price = prices[module]!;
    const latencyMs = latenciesMs[module]!;
    const position = cheapestAtPrice(pieces, price);
    const value = costAt(position.piece, position.latencyMs) + price * position.latencyMs;
    wanted.push(position);
    atPricesPerHour += value;
    return costWithin(pieces, latencyMs) + price * latencyMs - value;
  });
  return { wanted, gaps, atPricesPerHour };
}

/** The end of a piece under which the hull is a straight line at this latency; undefined where a single piece is above it. */
function whereToCut(
  pieces: readonly Piece[],
  { latencyMs: corners }: Hull,
  latencyMs: number,
): number | undefined {
  const next = corners.findIndex((cornerMs) => cornerMs <= latencyMs);
  if (next <= 0) return undefined;
  const tightMs = corners[next]!;
  const looseMs = corners[next - 1]!;
  const first = pieces.indexOf(pieceAt(pieces, tightMs));
  let last = pieces.indexOf(pieceAt(pieces, looseMs));
  const before = pieces[last - 1];
  // Where a piece goes over into the next, the corner is on both.
  const goesOver = last > first && costAt(before!, looseMs) <= costAt(pieces[last]!, looseMs) * (1 + CLOSE);
  if (goesOver) last--;
  if (first === last) return undefined;
  const above = pieces.indexOf(pieceAt(pieces, latencyMs));
  return pieces[Math.min(last, Math.max(first, above) + 1)]!.fromMs;
}

/** The pieces without those that at these prices cost too much more than the cheapest. */
const withoutHopeless = (curves: Curves, prices: Float64Array, sparePerHour: number): Curves =>
  curves.map((pieces, module) => {
    const values = pieces.map((piece) => leastValue(piece, prices[module]!));
    const affordable =
      values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY) + sparePerHour;
    return pieces.filter((_, index) => values[index]! < affordable);
  });
