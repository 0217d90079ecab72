/** Every planner's plan of one application, and what each costs beside the optimum. */
import type { ApplicationComparison } from '../domain/comparison.ts';
import { roundTo } from '../numeric/round-to.ts';
import type { Contender } from './benchmark/attempt.ts';
import { certify } from './certify.ts';
import type { PlanningProblem } from './problem.ts';

/**
 * @param contenders `optimal` among them
 * @param clock ms, from any origin
 */
export function comparePlans(
  problem: PlanningProblem,
  contenders: readonly Contender[],
  clock: () => number,
): ApplicationComparison {
  const found = contenders.map(({ name, plan }) => {
    const startMs = clock();
    return { planner: name, plan: plan(problem), solveMs: roundTo(clock() - startMs, 3) };
  });
  const { plan: optimal } = found.find(({ planner }) => planner === 'optimal')!;
  const { application, rateRps, sloMs, billing } = problem;
  return {
    schemaVersion: 1,
    kind: 'application-comparison',
    application,
    rateRps,
    sloMs,
    billing,
    planners: found.map(({ planner, plan, solveMs }) =>
      plan.feasible && optimal.feasible
        ? {
            planner,
            costToOptimal: plan.costPerHour / optimal.costPerHour,
            solveMs,
            plan: certify(plan, optimal.lowerBoundPerHour!),
          }
        : { planner, costToOptimal: null, solveMs, plan },
    ),
  };
}

/** What each contender's plan costs, USD per hour; null where it has none. */
export const costsOf = (problem: PlanningProblem, contenders: readonly Contender[]): (number | null)[] =>
  contenders.map(({ plan }) => {
    const found = plan(problem);
    return found.feasible ? found.costPerHour : null;
  });

/** So many SLOs from the first to the last, ms: each by the same factor above the one before. */
export const slosBetween = (fromMs: number, toMs: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, index) => roundTo(fromMs * (toMs / fromMs) ** (index / (steps - 1)), 3));

export const foundNone = ({ planners }: ApplicationComparison): boolean =>
  planners.every(({ plan }) => !plan.feasible);
