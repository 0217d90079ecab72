/**
 * Splitting: which share of the SLO each module gets. Harpagon's heuristic, our reading: start every module at its fastest,
 * then make the best change that still fits on every path, again and again. Modules behind the same parents are also
 * judged as one node, since raising one branch alone buys nothing.
 */
import { pathsThrough } from './paths.ts';
import type { Schedule } from './schedule-module.ts';
import { within } from './worst-case.ts';

/** How changes are ordered: USD saved per ms spent, or USD saved ("cost-direct"). */
export type Ordering = 'latency-cost-efficiency' | 'cost-direct';

export interface SplitProblem {
  /** Numbers of each module's parents, in topological order. */
  readonly parents: readonly number[][];
  /** Modules that are judged as one: each alone, and those behind the same parents together. */
  readonly nodes: readonly number[][];
  /** Each module's schedules by rising worst case and falling cost, none empty. */
  readonly curves: readonly (readonly Schedule[])[];
  readonly sloMs: number;
}

/** Schedules to change to, as positions on the curves of `modules`. */
interface Change {
  readonly modules: readonly number[];
  readonly levels: readonly number[];
  readonly worth: number;
}

/** @returns each module's position on its curve, or undefined where even the fastest exceed the SLO */
export function splitSlo(problem: SplitProblem, ordering: Ordering): number[] | undefined {
  const { parents, nodes, curves, sloMs } = problem;
  const levels = curves.map(() => 0);
  const worstCases = (): number[] => levels.map((level, module) => curves[module]![level]!.worstCaseMs);
  if (!within(Math.max(...pathsThrough(parents, worstCases())), sloMs)) return undefined;
  for (;;) {
    const nowMs = worstCases();
    const limitsMs = pathsThrough(parents, nowMs).map((pathMs, module) => nowMs[module]! + sloMs - pathMs);
    let best: Change | undefined;
    for (const modules of nodes) {
      for (const change of changes(modules, levels, limitsMs, curves, ordering)) {
        if (best === undefined || change.worth > best.worth) best = change;
      }
    }
    if (best === undefined) return levels;
    for (const [member, module] of best.modules.entries()) levels[module] = best.levels[member]!;
  }
}

/** Every change of a node: for each latency that one of its modules could take next, the cheapest levels within it. */
function* changes(
  modules: readonly number[],
  levels: readonly number[],
  limitsMs: readonly number[],
  curves: readonly (readonly Schedule[])[],
  ordering: Ordering,
): Generator<Change> {
  const now = modules.map((module) => curves[module]![levels[module]!]!);
  const nowMs = Math.max(...now.map(({ worstCaseMs }) => worstCaseMs));
  for (const lead of modules) {
    const curve = curves[lead]!;
    for (let level = levels[lead]! + 1; level < curve.length; level++) {
      const leadMs = curve[level]!.worstCaseMs;
      if (!within(leadMs, limitsMs[lead]!)) break;
      const next = modules.map((module) =>
        module === lead
          ? level
          : cheapestWithin(curves[module]!, levels[module]!, Math.min(leadMs, limitsMs[module]!)),
      );
      let saved = 0;
      let nextMs = 0;
      for (const [member, module] of modules.entries()) {
        const schedule = curves[module]![next[member]!]!;
        saved += now[member]!.costPerHour - schedule.costPerHour;
        nextMs = Math.max(nextMs, schedule.worstCaseMs);
      }
      const worth = ordering === 'cost-direct' ? saved : saved / (nextMs - nowMs);
      yield { modules, levels: next, worth };
    }
  }
}

/** The last position from `level` on that keeps the limit. */
function cheapestWithin(curve: readonly Schedule[], level: number, limitMs: number): number {
  let low = level;
  let high = curve.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (within(curve[middle]!.worstCaseMs, limitMs)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Each module alone, and together those that wait for the same modules. */
export function nodesOf(parents: readonly number[][]): number[][] {
  const siblings = new Map<string, number[]>();
  for (const [module, ids] of parents.entries()) {
    const key = [...ids].sort((a, b) => a - b).join();
    siblings.set(key, [...(siblings.get(key) ?? []), module]);
  }
  return [...parents.map((_, module) => [module]), ...[...siblings.values()].filter(({ length }) => length > 1)];
}
