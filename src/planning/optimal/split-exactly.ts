/**
 * The cheapest split of the SLO over the modules, with a bound that proves it: branch and bound over boxes, each of which
 * keeps every module to some of its pieces. The splits that the boxes' relaxations suggest, improved step by step, are what
 * is chosen from. The box with the lowest bound comes first, so that the bound is good whenever time runs out.
 */
import { costAt } from './arc.ts';
import type { Position } from './curve-position.ts';
import type { Dag } from './dag.ts';
import { type Box, type Curves, type Cut, exploreBox } from './explore-box.ts';
import { improveSplit } from './improve-split.ts';
import { isWorthwhile } from './is-worthwhile.ts';

export interface SplitProblem {
  readonly dag: Dag;
  readonly curves: Curves;
  readonly limitMs: number;
  /** USD per hour; only cheaper splits are looked for. */
  readonly limitPerHour: number;
  /** Asked once per box, after the first; then the search ends with what it has. */
  readonly expired: () => boolean;
}

export interface Split {
  /** One position per module; undefined where nothing below the limit was found. */
  readonly positions: readonly Position[] | undefined;
  /** USD per hour; no split costs less than this or the limit. */
  readonly boundPerHour: number;
  readonly boxes: number;
}

export function splitExactly({ dag, curves, limitMs, limitPerHour, expired }: SplitProblem): Split {
  let positions: Position[] | undefined;
  let bestPerHour = limitPerHour;
  /** Of the boxes that are done with. */
  let provenPerHour = limitPerHour;
  let boxes = 0;
  const offer = (latenciesMs: Float64Array): number => {
    const improved = improveSplit(dag, curves, latenciesMs, limitMs);
    const costPerHour = improved.reduce((sum, { piece, latencyMs }) => sum + costAt(piece, latencyMs), 0);
    if (costPerHour < bestPerHour) {
      positions = improved;
      bestPerHour = costPerHour;
    }
    return bestPerHour;
  };
  const open: Box[] = [{ curves, boundPerHour: 0 }];
  for (;;) {
    const box = open.pop();
    if (box === undefined) return { positions, boundPerHour: provenPerHour, boxes };
    const isLast = !isWorthwhile(box.boundPerHour, bestPerHour) || (boxes > 0 && expired());
    if (isLast) return { positions, boundPerHour: Math.min(provenPerHour, box.boundPerHour), boxes };
    boxes++;
    const explored = exploreBox(box, dag, limitMs, offer);
    if (explored?.cut) for (const half of cutBox(explored, explored.cut)) insert(open, half);
    else if (explored) provenPerHour = Math.min(provenPerHour, explored.boundPerHour);
  }
}

function cutBox({ curves, boundPerHour }: Box, { module, atMs }: Cut): Box[] {
  const pieces = curves[module]!;
  return [pieces.filter(({ fromMs }) => fromMs < atMs), pieces.filter(({ fromMs }) => fromMs >= atMs)].map(
    (half) => ({ curves: curves.with(module, half), boundPerHour }),
  );
}

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
