import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../src/checking/check-plan.ts';
import { violationText } from '../../src/checking/violation.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { loadApplication } from '../../src/files/load-application.ts';
import { certify } from '../../src/planning/certify.ts';
import { completePlan } from '../../src/planning/complete-plan.ts';
import { explainPlan } from '../../src/planning/explain/explain-plan.ts';
import { headroomOf, restate, withHeadroom } from '../../src/planning/guarantee/headroom.ts';
import { planOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../../src/planning/planners.ts';
import { asAsked, poseProblem } from '../../src/planning/pose-problem.ts';
import { PLANNER_NAMES } from '../../src/planning/problem.ts';

const APP = loadApplication('profiles/traffic.app.yaml');
const reserving = (reserveMs: number) => ({ ...APP, reserveMs });
/** What is left after a reserve of 50 ms. */
const TIGHTER = { ...APP, sloMs: APP.sloMs - 50 };

describe('a reserve', () => {
  test.each(PLANNER_NAMES)('is a tighter SLO to %s, and the SLO of the application in its plan', (name) => {
    const app = reserving(50);
    const plan = asAsked(PLANNERS[name](poseProblem(app, 'proportional')), app);
    const tighter = PLANNERS[name](poseProblem(TIGHTER, 'proportional'));
    expect(plan.feasible).toBe(true);
    expect(plan).toEqual({ ...tighter, sloMs: APP.sloMs, reserveMs: 50 });
  });

  test('of nothing changes nothing', () => {
    expect(poseProblem(reserving(0), 'whole')).toEqual(poseProblem(APP, 'whole'));
    const plan = planOptimal(poseProblem(APP, 'whole'));
    expect(asAsked(plan, reserving(0))).toBe(plan);
  });

  test.each(PLANNER_NAMES)('that leaves nothing leaves %s without a plan', (name) => {
    expect(PLANNERS[name](poseProblem({ ...reserving(50), sloMs: 40 }, 'whole')).feasible).toBe(false);
  });

  test('is named where there is no plan', () => {
    const app = { ...reserving(10), sloMs: 20 };
    const plan = asAsked(planOptimal(poseProblem(app, 'whole')), app);
    expect(plan).toMatchObject({
      sloMs: 20,
      reserveMs: 10,
      reason: {
        availableMs: 10,
        message: expect.stringMatching(
          /needs more than .*; the SLO less the reserve is 10 ms; 10 ms of the SLO of 20 ms are kept in reserve$/,
        ),
      },
    });
  });

  test('the checker knows of it: budgets, worst cases and what was seen must leave it', () => {
    const app = reserving(50);
    const asked = { ...app, billing: 'proportional', dummies: true } as const;
    const says = (plan: FeasiblePlan): string[] => checkPlan(plan, asked).map(violationText);
    const plan = certified(app);
    expect(says(plan)).toEqual([]);
    expect(says({ ...plan, reserveMs: 40 }).join()).toContain('reserveMs');
    expect(says(certified(APP)).join()).toMatch(/reserveMs.*worstCaseMs.*budgetMs/s);
  });

  test('a plan with headroom stays one: what it was planned for is a part of what the reserve leaves', () => {
    const app = reserving(50);
    const problem = poseProblem(app, 'proportional');
    const headroom = { ...headroomOf(certified(app)), sloFactor: 0.9 };
    const made = planOptimal(withHeadroom(problem, headroom)) as FeasiblePlan;
    const plan = asAsked(restate(made, problem, headroom), app) as FeasiblePlan;
    expect(plan).toMatchObject({ sloMs: APP.sloMs, plannedSloMs: 0.9 * (APP.sloMs - 50) });
    expect(headroomOf(plan).sloFactor).toBeCloseTo(0.9, 12);
  });

  test('is kept by the neighbours that explain a plan, and no slack', () => {
    const replan = (app: typeof APP) => planOptimal(poseProblem(app, 'proportional'));
    const explain = (app: typeof APP, plan: FeasiblePlan) => explainPlan(plan, app, replan, () => false);
    const here = explain(reserving(50), certified(reserving(50)));
    const tighter = explain(TIGHTER, certified(TIGHTER));
    expect(here.modules).toEqual(tighter.modules);
    const [first] = here.costOverSlo;
    const tightest = planOptimal(poseProblem({ ...reserving(50), sloMs: first!.sloMs }, 'proportional'));
    expect(tightest).toMatchObject({ feasible: true, costPerHour: first!.costPerHour });
    expect(first!.sloMs).toBeGreaterThan(50);
  });
});

function certified(app: typeof APP): FeasiblePlan {
  const plan = planOptimal(poseProblem(app, 'proportional'));
  if (!plan.feasible) throw new Error(plan.reason.message);
  return certify(
    completePlan(asAsked(plan, app) as FeasiblePlan, app),
    plan.lowerBoundPerHour ?? plan.costPerHour,
  );
}
