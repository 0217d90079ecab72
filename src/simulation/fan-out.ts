/**
 * How many tasks a request has at a stage of which the plan knows only the mean: in proportion to what its parents had,
 * rounded so that the mean is kept. Evenly: the remainder is carried over to the next request. At random: up with the
 * probability of the remainder.
 */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { FanOut } from '../domain/simulation.ts';
import type { Random } from '../numeric/prng.ts';

export interface TaskCounts {
  of(request: number, stage: number): number;
  /** The request has ended. */
  forget(request: number): void;
}

/** @returns undefined where every request has one task at every module */
export function taskCounts(
  { modules }: FeasiblePlan,
  fanOut: FanOut,
  random: Random,
): TaskCounts | undefined {
  if (modules.every(({ perRequest }) => perRequest === 1)) return undefined;
  const position = new Map(modules.map(({ name }, module) => [name, module]));
  const parents = modules.map(({ after }) => after.map((name) => position.get(name)!));
  const perParentTask = modules.map(({ perRequest }, module) => {
    const ofParents = parents[module]!.reduce((sum, parent) => sum + modules[parent]!.perRequest, 0);
    return perRequest / (ofParents || 1);
  });
  const round = fanOut === 'even' ? carryOver(modules.length) : upAtRandom(random);
  const underWay = new Map<number, Uint32Array>();
  return {
    of(request, stage) {
      let counts = underWay.get(request);
      if (counts === undefined) {
        counts = new Uint32Array(modules.length).fill(1);
        underWay.set(request, counts);
      }
      const before = parents[stage]!;
      let parentTasks = before.length === 0 ? 1 : 0;
      for (const parent of before) parentTasks += counts[parent]!;
      counts[stage] = round(parentTasks * perParentTask[stage]!, stage);
      return counts[stage]!;
    },
    forget(request) {
      underWay.delete(request);
    },
  };
}

type Round = (mean: number, stage: number) => number;

/** Errors of rounding do not make a whole number of tasks one less. */
const ROUNDING = 1e-9;

function carryOver(stages: number): Round {
  const carried = new Float64Array(stages);
  return (mean, stage) => {
    const count = Math.floor(mean + carried[stage]! + ROUNDING);
    carried[stage]! += mean - count;
    return count;
  };
}

const upAtRandom =
  (random: Random): Round =>
  (mean) => {
    const whole = Math.floor(mean + ROUNDING);
    return whole + (random.uniform() < mean - whole ? 1 : 0);
  };
