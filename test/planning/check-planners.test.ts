import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certify } from '../../src/planning/certify.ts';
import { solveOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../../src/planning/planners.ts';
import { PLANNER_NAMES, type PlanningProblem } from '../../src/planning/problem.ts';
import { checkPlan } from './check-plan.ts';
import { problems } from './problems.ts';

/** Relative; what an optimum is proven to. */
const PROVEN = 1e-6;

const costOf = (problem: PlanningProblem): number => {
  const { plan } = solveOptimal(problem, { dummies: true });
  return plan.feasible ? plan.costPerHour : Number.POSITIVE_INFINITY;
};

const atRate = (problem: PlanningProblem, times: number): PlanningProblem => ({
  ...problem,
  rateRps: problem.rateRps * times,
  modules: problem.modules.map((module) => ({ ...module, rateRps: module.rateRps * times })),
});

describe('whoever plans', () => {
  test.each(PLANNER_NAMES)(
    '%s: every figure holds, and no plan costs less than the bound of the optimum',
    (name) => {
      fc.assert(
        fc.property(problems, (problem) => {
          const plan = PLANNERS[name](problem);
          if (!plan.feasible) return;
          // The checker refuses a bound above the cost.
          checkPlan(certify(plan, solveOptimal(problem, { dummies: true }).lowerBoundPerHour), problem);
        }),
        { numRuns: 100 },
      );
    },
  );

  test('the optimum costs no less for more requests: padding would serve them', () => {
    fc.assert(
      fc.property(problems, fc.double({ min: 1, max: 1.5, noNaN: true }), (problem, times) => {
        const [here, more] = [costOf(problem), costOf(atRate(problem, times))];
        expect(more).toBeGreaterThanOrEqual(here * (1 - PROVEN));
      }),
      { numRuns: 100 },
    );
  });

  test('the optimum costs no more for a looser SLO', () => {
    fc.assert(
      fc.property(problems, fc.double({ min: 1, max: 2, noNaN: true }), (problem, times) => {
        const [here, looser] = [costOf(problem), costOf({ ...problem, sloMs: problem.sloMs * times })];
        expect(looser).toBeLessThanOrEqual(here * (1 + PROVEN));
      }),
      { numRuns: 100 },
    );
  });
});
