/** One planner's try at one workload: what it cost and how long it took, by a clock of the caller's. */
import type { Plan } from '../../domain/plan.ts';
import type { PlanningProblem } from '../problem.ts';

/** A planner under the name that the tables show. */
export interface Contender {
  readonly name: string;
  readonly plan: (problem: PlanningProblem) => Plan;
}

export interface Attempt {
  /** USD per hour; undefined where it found no plan. */
  readonly costPerHour: number | undefined;
  /** Whether the plan came with a proof that none is cheaper. */
  readonly proven: boolean;
  readonly runtimeMs: number;
}

/** @param clock ms, from any origin */
export function attempt(problem: PlanningProblem, { plan }: Contender, clock: () => number): Attempt {
  const startMs = clock();
  const found = plan(problem);
  return {
    costPerHour: found.feasible ? found.costPerHour : undefined,
    proven: found.feasible && found.optimal === true,
    runtimeMs: clock() - startMs,
  };
}

/** Costs over those of a reference, of the workloads that both solved; attempts of both are in the same order. */
export const costRatios = (attempts: readonly Attempt[], references: readonly Attempt[]): number[] =>
  attempts.flatMap(({ costPerHour }, index) => {
    const reference = references[index]!.costPerHour;
    return costPerHour === undefined || reference === undefined ? [] : [costPerHour / reference];
  });
