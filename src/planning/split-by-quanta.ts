/**
 * Splitting by dynamic programming over a budget in quanta, as Nexus does (our reading of its section on complex queries):
 * the cheapest way to spend k quanta on a module and all that follows it. Exact for trees, to the quantum. Where
 * modules join, ours: those at the same depth share one budget, so that the DAG becomes a chain.
 * Costs (SLO / quantum)² steps a module.
 */
import { TOLERANCE } from '../domain/plan.ts';
import type { Schedule, ScheduleIn } from './schedule-module.ts';
import { within } from './worst-case.ts';

export interface QuantisedSplit {
  /** Numbers of each module's parents, in topological order. */
  readonly parents: readonly number[][];
  readonly sloMs: number;
  readonly quantumMs: number;
  readonly scheduleIn: ScheduleIn;
}

/** @returns each module's schedule, or undefined where no split in whole quanta keeps the SLO */
export function splitByQuanta(split: QuantisedSplit): Schedule[] | undefined {
  const { parents, sloMs, quantumMs, scheduleIn } = split;
  const quanta = Math.floor((sloMs / quantumMs) * (1 + TOLERANCE));
  const stages = stagesOf(parents);
  const schedules = parents.map((_, module) => schedulesByQuanta(module, quanta, quantumMs, scheduleIn));
  const solved: Solved[] = new Array(stages.length);
  // Children before parents.
  for (const [index, { modules, children }] of [...stages.entries()].reverse()) {
    const below = children.map((child) => solved[child]!);
    const ownCost = Array.from({ length: quanta + 1 }, (_, own) =>
      modules.reduce(
        (sum, module) => sum + (schedules[module]![own]?.costPerHour ?? Number.POSITIVE_INFINITY),
        0,
      ),
    );
    solved[index] = cheapest(ownCost, below);
  }
  const chosen: Schedule[] = new Array(parents.length);
  const choose = (stage: number, left: number): boolean => {
    const { costs, own } = solved[stage]!;
    if (!Number.isFinite(costs[left]!)) return false;
    const spent = own[left]!;
    for (const module of stages[stage]!.modules) chosen[module] = schedules[module]![spent]!;
    return stages[stage]!.children.every((child) => choose(child, left - spent));
  };
  const found = stages.every(({ root }, stage) => !root || choose(stage, quanta));
  return found ? chosen : undefined;
}

/** By the quanta that a stage and all below it may spend: the least cost, and what the stage itself takes of them. */
interface Solved {
  readonly costs: readonly number[];
  readonly own: readonly number[];
}

function cheapest(ownCost: readonly number[], below: readonly Solved[]): Solved {
  const costs: number[] = [];
  const own: number[] = [];
  for (const [quanta] of ownCost.entries()) {
    let best = Number.POSITIVE_INFINITY;
    let spent = 0;
    for (let taken = 0; taken <= quanta; taken++) {
      let cost = ownCost[taken]!;
      for (const stage of below) cost += stage.costs[quanta - taken]!;
      if (cost < best) {
        best = cost;
        spent = taken;
      }
    }
    costs.push(best);
    own.push(spent);
  }
  return { costs, own };
}

/** Modules that share a budget; children follow when it is spent. */
interface Stage {
  readonly modules: readonly number[];
  readonly children: readonly number[];
  readonly root: boolean;
}

function stagesOf(parents: readonly number[][]): Stage[] {
  if (parents.every(({ length }) => length <= 1)) {
    return parents.map(({ length }, module) => ({
      modules: [module],
      children: [...parents.keys()].filter((child) => parents[child]!.includes(module)),
      root: length === 0,
    }));
  }
  const depths: number[] = [];
  for (const ids of parents) depths.push(1 + Math.max(-1, ...ids.map((id) => depths[id]!)));
  const last = Math.max(...depths);
  return Array.from({ length: last + 1 }, (_, depth) => ({
    modules: [...depths.keys()].filter((module) => depths[module] === depth),
    children: depth < last ? [depth + 1] : [],
    root: depth === 0,
  }));
}

/** The module's schedule within each number of quanta; one is kept down to its own worst case. */
function schedulesByQuanta(
  module: number,
  quanta: number,
  quantumMs: number,
  scheduleIn: ScheduleIn,
): (Schedule | undefined)[] {
  const schedules: (Schedule | undefined)[] = new Array(quanta + 1);
  let current: Schedule | undefined;
  for (let taken = quanta; taken >= 0; taken--) {
    const budgetMs = taken * quantumMs;
    if (current === undefined || !within(current.worstCaseMs, budgetMs)) {
      current = budgetMs > 0 ? scheduleIn(module, budgetMs) : undefined;
    }
    schedules[taken] = current;
  }
  return schedules;
}
