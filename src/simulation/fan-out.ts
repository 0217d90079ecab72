/**
 * How many tasks a request has at a stage of which the plan knows only the mean: in proportion to what its parents had,
 * rounded so that the mean is kept. Evenly: as many as make the sum over all requests so far the nearest below the mean,
 * whatever was done in which order. At random: up with the probability of the remainder.
 */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { FanOut } from '../domain/simulation.ts';
import type { Random } from '../numeric/prng.ts';

export interface TaskCounts {
  /** @param parentPart of those that come of this task of its only parent's */
  of(request: number, stage: number, parentPart?: number): number;
  /** The request has ended. */
  forget(request: number): void;
}

/** Of every module: its parents, and how many tasks one of theirs makes in the mean. */
interface Descent {
  readonly parents: readonly number[];
  readonly perParentTask: number;
  /** It has one task for a request, whatever its parents have. */
  readonly isSingle: boolean;
}

/** @returns undefined where every request has one task at every module */
export function taskCounts(
  { modules }: FeasiblePlan,
  fanOut: FanOut,
  random: Random,
): TaskCounts | undefined {
  if (modules.every(({ perRequest }) => perRequest === 1)) return undefined;
  const position = new Map(modules.map(({ name }, module) => [name, module]));
  const descents = modules.map(({ after, perRequest }): Descent => {
    const parents = after.map((name) => position.get(name)!);
    const ofParents = parents.reduce((sum, parent) => sum + modules[parent]!.perRequest, 0);
    return { parents, perParentTask: perRequest / (ofParents || 1), isSingle: perRequest === 1 };
  });
  return fanOut === 'even' ? evenly(descents) : atRandom(descents, random);
}

/** Errors of rounding do not make a whole number of tasks one less. */
const ROUNDING = 1e-9;

const wholeIn = (mean: number): number => Math.floor(mean + ROUNDING);

function evenly(descents: readonly Descent[]): TaskCounts {
  /** Of the first requests together. */
  function tasksOfFirst(requests: number, stage: number): number {
    const { parents, perParentTask, isSingle } = descents[stage]!;
    if (isSingle) return requests;
    let ofParents = parents.length === 0 ? requests : 0;
    for (const parent of parents) ofParents += tasksOfFirst(requests, parent);
    return wholeIn(ofParents * perParentTask);
  }
  return {
    of(request, stage, parentPart) {
      const { parents, perParentTask } = descents[stage]!;
      if (parentPart === undefined) return tasksOfFirst(request + 1, stage) - tasksOfFirst(request, stage);
      const before = tasksOfFirst(request, parents[0]!) + parentPart;
      return wholeIn((before + 1) * perParentTask) - wholeIn(before * perParentTask);
    },
    forget() {},
  };
}

function atRandom(descents: readonly Descent[], random: Random): TaskCounts {
  const underWay = new Map<number, Map<number, number>>();
  const countOf = (counts: ReadonlyMap<number, number>, stage: number): number =>
    counts.get(stage) ?? Number(descents[stage]!.isSingle);
  const round = (mean: number): number => {
    const whole = wholeIn(mean);
    return whole + (random.uniform() < mean - whole ? 1 : 0);
  };
  return {
    of(request, stage, parentPart) {
      const counts = underWay.get(request) ?? new Map<number, number>();
      underWay.set(request, counts);
      const { parents, perParentTask, isSingle } = descents[stage]!;
      if (isSingle) return 1;
      let parentTasks = parents.length === 0 || parentPart !== undefined ? 1 : 0;
      if (parentPart === undefined) for (const parent of parents) parentTasks += countOf(counts, parent);
      const count = round(parentTasks * perParentTask);
      counts.set(stage, countOf(counts, stage) + count);
      return count;
    },
    forget(request) {
      underWay.delete(request);
    },
  };
}
