/** Every planner's plan of one application, and what each costs beside the optimum. */
import type { ApplicationComparison, CostOverSlo } from '../domain/comparison.ts';
import { roundTo } from '../numeric/round-to.ts';
import type { Contender } from './benchmark/attempt.ts';
import { certify } from './certify.ts';
import { withEnough } from './enough-machines.ts';
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
    const found = plan(problem);
    const solveMs = roundTo(clock() - startMs, 3);
    return { planner: name, plan: withEnough(found, problem, plan), solveMs };
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

/**
 * @param costsBySlo of each SLO what each planner's plan costs, as `costsOf` tells it
 */
export const costOverSlo = (
  problem: Pick<CostOverSlo, 'application' | 'rateRps' | 'reserveMs' | 'billing'>,
  planners: readonly string[],
  slosMs: readonly number[],
  costsBySlo: readonly (readonly (number | null)[])[],
): CostOverSlo => ({
  schemaVersion: 1,
  kind: 'cost-over-slo',
  application: problem.application,
  rateRps: problem.rateRps,
  ...(problem.reserveMs && { reserveMs: problem.reserveMs }),
  billing: problem.billing,
  slosMs: [...slosMs],
  planners: planners.map((planner, at) => ({
    planner,
    costsPerHour: costsBySlo.map((costs) => costs[at]!),
  })),
});

/** Comparisons of one application at several SLOs are a sweep, too. */
export function sweepOf(comparisons: readonly ApplicationComparison[]): CostOverSlo {
  const sorted = comparisons.toSorted((a, b) => a.sloMs - b.sloMs);
  const names = sorted[0]!.planners.map(({ planner }) => planner);
  const costs = sorted.map(({ planners }) =>
    names.map((name) => {
      const plan = planners.find(({ planner }) => planner === name)?.plan;
      return plan?.feasible ? plan.costPerHour : null;
    }),
  );
  const slosMs = sorted.map(({ sloMs }) => sloMs);
  return costOverSlo(sorted[0]!, names, slosMs, costs);
}

/** So many SLOs from the first to the last, ms: each by the same factor above the one before. */
export const slosBetween = (fromMs: number, toMs: number, steps: number): number[] =>
  Array.from({ length: steps }, (_, index) => roundTo(fromMs * (toMs / fromMs) ** (index / (steps - 1)), 3));

export const foundNone = ({ planners }: ApplicationComparison): boolean =>
  planners.every(({ plan }) => !plan.feasible);
