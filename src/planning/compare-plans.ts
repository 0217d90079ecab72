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

export const foundNone = ({ planners }: ApplicationComparison): boolean =>
  planners.every(({ plan }) => !plan.feasible);
