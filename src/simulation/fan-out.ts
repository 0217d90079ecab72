/**
 * How many tasks a request has at a stage of which the plan knows only the mean: in proportion to what its parents had,
 * rounded so that the mean is kept. Evenly: the remainder is carried over to the next request. At random: up with the
 * probability of the remainder.
 */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Random } from '../numeric/prng.ts';

export const FAN_OUTS = ['even', 'random'] as const;
export type FanOut = (typeof FAN_OUTS)[number];

export interface TaskCounts {
  of(request: number, stage: number): number;
  /** The request has ended. */
  forget(request: number): void;
}

/** Rounding does not make a whole number of tasks one less. */
const ROUNDING = 1e-9;

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
  const carried = new Float64Array(modules.length);
  const underWay = new Map<number, Uint32Array>();
  return {
    of(request, stage) {
      let counts = underWay.get(request);
      if (counts === undefined) {
        counts = new Uint32Array(modules.length).fill(1);
        underWay.set(request, counts);
      }
      const roots = parents[stage]!;
      let parentTasks = roots.length === 0 ? 1 : 0;
      for (const parent of roots) parentTasks += counts[parent]!;
      const mean = parentTasks * perParentTask[stage]!;
      const whole = Math.floor(mean + ROUNDING);
      const count =
        fanOut === 'random'
          ? whole + (random.uniform() < mean - whole ? 1 : 0)
          : Math.floor(mean + carried[stage]! + ROUNDING);
      if (fanOut === 'even') carried[stage]! += mean - count;
      counts[stage] = count;
      return count;
    },
    forget(request) {
      underWay.delete(request);
    },
  };
}
