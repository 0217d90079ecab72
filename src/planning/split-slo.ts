/**
 * Splitting: which share of the SLO each module gets. Harpagon's heuristic, our reading: start every module at its fastest,
 * then make the best change that still fits on every path, again and again. Parallel branches (modules with
 * the same parents and the same children) are also judged as one node, since raising one of them alone buys nothing.
 */
import { longestPathLength, pathsThrough } from './paths.ts';
import type { Schedule } from './schedule-module.ts';
import { within } from './worst-case.ts';

/**
 * How changes are ordered: USD saved per ms spent, USD saved ("cost-direct"), or requests per second that a machine of the
 * module gains per ms spent, which sees neither rates nor prices (as Scrooge splits; our reading).
 */
export type Ordering = 'latency-cost-efficiency' | 'cost-direct' | 'throughput';

export interface SplitProblem {
  /** Numbers of each module's parents, in topological order. */
  readonly parents: readonly number[][];
  /** Modules that are judged as one: each alone, and parallel branches together. */
  readonly nodes: readonly number[][];
  /** Each module's schedules by rising worst case and falling cost, none empty. */
  readonly curves: readonly (readonly Schedule[])[];
  readonly sloMs: number;
}

/** A node's modules move up to where `lead` gets by taking `level`: each to its cheapest schedule within that latency. */
interface Change {
  readonly modules: readonly number[];
  readonly lead: number;
  readonly level: number;
  readonly worth: number;
}

/** @returns each module's position on its curve, or undefined where even the fastest exceed the SLO */
export function splitSlo(problem: SplitProblem, ordering: Ordering): number[] | undefined {
  const { parents, nodes, curves, sloMs } = problem;
  const levels = curves.map(() => 0);
  const fastestMs = curves.map(([fastest]) => fastest!.worstCaseMs);
  if (!within(longestPathLength(parents, fastestMs), sloMs)) return undefined;
  for (;;) {
    const nowMs = levels.map((level, module) => curves[module]![level]!.worstCaseMs);
    const pathsMs = pathsThrough(parents, nowMs);
    const state: State = {
      curves,
      levels,
      limitsMs: nowMs.map((ms, module) => ms + sloMs - pathsMs[module]!),
    };
    const best = nodes
      .map((modules) => bestChange(modules, state, ordering))
      .reduce((a, b) => (b === undefined || (a && a.worth >= b.worth) ? a : b), undefined);
    if (best === undefined) return levels;
    const changed = best.modules.map((module) => levelAfter(best.lead, best.level, module, state));
    for (const [member, module] of best.modules.entries()) levels[module] = changed[member]!;
  }
}

interface State {
  readonly curves: readonly (readonly Schedule[])[];
  readonly levels: readonly number[];
  /** The most that each module may take while the others stay where they are. */
  readonly limitsMs: readonly number[];
}

function bestChange(modules: readonly number[], state: State, ordering: Ordering): Change | undefined {
  const { curves, levels, limitsMs } = state;
  const nowMs = Math.max(...modules.map((module) => curves[module]![levels[module]!]!.worstCaseMs));
  let best: Change | undefined;
  for (const lead of modules) {
    const curve = curves[lead]!;
    for (let level = levels[lead]! + 1; level < curve.length; level++) {
      if (!within(curve[level]!.worstCaseMs, limitsMs[lead]!)) break;
      let gained = 0;
      let nextMs = 0;
      for (const module of modules) {
        const next = curves[module]![levelAfter(lead, level, module, state)]!;
        gained += gainOf(curves[module]![levels[module]!]!, next, ordering);
        nextMs = Math.max(nextMs, next.worstCaseMs);
      }
      const worth = ordering === 'cost-direct' ? gained : gained / (nextMs - nowMs);
      if (best === undefined || worth > best.worth) best = { modules, lead, level, worth };
    }
  }
  return best;
}

const gainOf = (before: Schedule, after: Schedule, ordering: Ordering): number =>
  ordering === 'throughput'
    ? perMachineRps(after) - perMachineRps(before)
    : before.costPerHour - after.costPerHour;

/** Requests per second of a machine, on average. */
function perMachineRps({ shares }: Schedule): number {
  const machines = shares.reduce((sum, share) => sum + share.machines, 0);
  return shares.reduce((sum, { rateRps }) => sum + rateRps, 0) / machines;
}

function levelAfter(lead: number, level: number, module: number, state: State): number {
  if (module === lead) return level;
  const { curves, levels, limitsMs } = state;
  const leadMs = curves[lead]![level]!.worstCaseMs;
  return cheapestWithin(curves[module]!, levels[module]!, Math.min(leadMs, limitsMs[module]!));
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

/** Each module alone and, merged, those between the same modules. */
export function nodesOf(parents: readonly number[][], nodeMerger: boolean): number[][] {
  const alone = parents.map((_, module) => [module]);
  if (!nodeMerger) return alone;
  const children = parents.map((_, module) =>
    [...parents.keys()].filter((id) => parents[id]!.includes(module)),
  );
  const branches = new Map<string, number[]>();
  for (const [module, ids] of parents.entries()) {
    const between = JSON.stringify([ids.toSorted((a, b) => a - b), children[module]]);
    branches.set(between, [...(branches.get(between) ?? []), module]);
  }
  return [...alone, ...[...branches.values()].filter(({ length }) => length > 1)];
}
