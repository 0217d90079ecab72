import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../../src/checking/check-plan.ts';
import { violationText } from '../../../src/checking/violation.ts';
import { planHarpagon } from '../../../src/planning/harpagon.ts';
import { solveOptimal } from '../../../src/planning/optimal/plan-optimal.ts';
import { moduleSearch } from '../../../src/planning/optimal/search-module.ts';
import type { PlanningProblem } from '../../../src/planning/problem.ts';
import {
  M3,
  type Measured,
  type ModuleSketch,
  type ProblemSketch,
  problemOf,
  problems,
} from '../problems.ts';
import { cheaperPlan, SHAPES, type Shape } from './brute-force.ts';
import { largeProblem } from './large-problems.ts';
import { smallProblem } from './small-problems.ts';

const solve = (problem: PlanningProblem, dummies = true) => {
  const solved = solveOptimal(problem, { dummies });
  const { plan } = solved;
  if (plan.feasible) {
    expect(checkPlan(plan, { ...problem, dummies }).map(violationText)).toEqual([]);
    expect(solved.lowerBoundPerHour).toBeLessThanOrEqual(plan.costPerHour);
  }
  return solved;
};

const costOf = (problem: PlanningProblem, dummies = true): number => {
  const { plan, proven } = solve(problem, dummies);
  expect(proven).toBe(true);
  return plan.feasible ? plan.costPerHour : Number.POSITIVE_INFINITY;
};

const m3 = { rateRps: 198, sloMs: 1000, modules: { m3: { points: M3 } } };

describe('worked examples', () => {
  test.each<[string, Partial<ProblemSketch>, boolean, number]>([
    ['two dummy requests a second let five machines of the best point do', {}, true, 5],
    ['without dummies three points share the rate', {}, false, 5.3],
    ['billed whole, padding to full is free', { billing: 'whole' }, true, 5],
    ['billed whole without dummies, the partial machine is paid for', { billing: 'whole' }, false, 6],
  ])('%s', (_, changes, dummies, costPerHour) => {
    expect(costOf(problemOf({ ...m3, ...changes }), dummies)).toBeCloseTo(costPerHour, 9);
  });

  test('the plan of M3 is the one that the contract shows', () => {
    const { plan } = solve(problemOf(m3));
    expect(plan).toMatchObject({
      planner: 'optimal',
      costPerHour: 5,
      gap: 0,
      optimal: true,
      worstCaseMs: 960,
      modules: [{ dummyRps: 2, worstCaseMs: 960, allocations: [{ batchSize: 32, machines: 5 }] }],
    });
  });

  test('a better point that is usable only through dummies is found', () => {
    const hardware = { slow: { pricePerHour: 1 }, fast: { pricePerHour: 1.2 } };
    const points: Measured[] = [
      [4, 120, 'slow'],
      [1, 50, 'fast'],
    ];
    const problem = problemOf({ rateRps: 21, sloMs: 300, hardware, modules: { m: { points } } });
    expect(costOf(problem)).toBeCloseTo(2 / 3, 9);
  });

  test('a point that another beats machine for machine may still be wanted below a rank between the two', () => {
    // 15/s: one `between` takes 8/s, `beaten` the other 7/s. `better` would come first and leave `between` too little.
    const hardware = {
      better: { pricePerHour: 1 },
      between: { pricePerHour: 0.808 },
      beaten: { pricePerHour: 1.02 },
    };
    const points: Measured[] = [
      [1, 100, 'better'],
      [1, 125, 'between'],
      [1, 100, 'beaten'],
    ];
    const sketch = { rateRps: 15, sloMs: 258, hardware, modules: { m: { points } } };
    const without = points.filter(([, , on]) => on !== 'beaten');
    const cost = costOf(problemOf(sketch));
    expect(cost).toBeCloseTo(0.808 + 0.7 * 1.02, 9);
    expect(cost).toBeLessThan(costOf(problemOf({ ...sketch, modules: { m: { points: without } } })));
  });
});

describe('at the limits', () => {
  test.each<[string, number, number]>([
    // Full, it collects 90.9/s, and 0.0075 ms are left to the second: enough at 133,333/s, the work of 5,867 machines.
    ['0.0075 ms more than the one counted machine and the second module need', 66.0075, 1 + 0.3 * 5867],
    ['less than they need', 65.99, Number.POSITIVE_INFINITY],
  ])('the SLO leaves %s', (_, sloMs, costPerHour) => {
    const hardware = { 'gpu-a': { pricePerHour: 1, count: 1 }, 'gpu-b': { pricePerHour: 0.3 } };
    const first: ModuleSketch = { points: [[1, 11]] };
    const second: ModuleSketch = { points: [[1, 44, 'gpu-b']], after: ['first'] };
    const problem = problemOf({ rateRps: 1, sloMs, hardware, modules: { first, second } });
    const cost = costOf(problem);
    if (Number.isFinite(costPerHour)) expect(cost).toBeCloseTo(costPerHour, 6);
    else expect(cost).toBe(costPerHour);
  });
});

describe('twenty modules are proven in few boxes', () => {
  test.each([1, 2, 3, 4, 5, 6])('of instance %i', (seed) => {
    for (const kind of ['chain', 'dag'] as const) {
      const { proven, boxes } = solveOptimal(largeProblem(seed, kind, 20), { dummies: true });
      expect(proven).toBe(true);
      expect(boxes).toBeLessThan(400);
    }
  });
});

describe('brute force finds nothing cheaper', () => {
  /** What costs more has too many machines to try them all. */
  const MOST_PER_HOUR = 6;

  const RUNS: Readonly<Record<Shape, number>> = {
    one: 300,
    'chain-of-2': 120,
    fork: 60,
    'chain-of-3': 40,
    diamond: 20,
    crossed: 20,
  };
  test.each(
    (Object.keys(SHAPES) as Shape[]).flatMap(
      (shape) =>
        [
          [shape, true],
          [shape, false],
        ] as const,
    ),
  )('for modules in the shape %s, dummies allowed: %s', (shape, dummies) => {
    fc.assert(
      fc.property(smallProblem(shape, dummies ? 6 : 25), (problem) => {
        const cost = costOf(problem, dummies);
        fc.pre(cost < MOST_PER_HOUR || cost === Number.POSITIVE_INFINITY);
        const limit = cost < MOST_PER_HOUR ? cost * (1 - 1e-6) : MOST_PER_HOUR;
        expect(cheaperPlan(problem, shape, dummies, limit)).toBe(undefined);
      }),
      { numRuns: RUNS[shape] },
    );
  });
});

describe('any problem', () => {
  test('no plan of the heuristic costs less, and every one costs at least the bound', () => {
    fc.assert(
      fc.property(problems, fc.boolean(), (problem, dummies) => {
        const heuristic = planHarpagon(problem, { dummies });
        const { plan, lowerBoundPerHour, proven } = solve(problem, dummies);
        expect(proven).toBe(true);
        if (!heuristic.feasible) return;
        expect(plan.feasible && plan.costPerHour).toBeLessThanOrEqual(heuristic.costPerHour * (1 + 1e-6));
        expect(lowerBoundPerHour).toBeLessThanOrEqual(heuristic.costPerHour * (1 + 1e-9));
      }),
      { numRuns: 150 },
    );
  });

  test('a looser SLO never costs more, a higher rate never less', () => {
    fc.assert(
      fc.property(problems, fc.double({ min: 1, max: 1.5, noNaN: true }), (problem, factor) => {
        const cost = costOf(problem);
        expect(costOf({ ...problem, sloMs: problem.sloMs * factor })).toBeLessThanOrEqual(cost * (1 + 1e-6));
        const modules = problem.modules.map((module) => ({ ...module, rateRps: module.rateRps * factor }));
        const busier = costOf({ ...problem, rateRps: problem.rateRps * factor, modules });
        expect(busier).toBeGreaterThanOrEqual(cost * (1 - 1e-6));
      }),
      { numRuns: 80 },
    );
  });

  test('names do not matter', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const renamed = (name: string) => `${[...name].reverse().join('')}-2`;
        const modules = problem.modules.map((module) => ({
          ...module,
          name: renamed(module.name),
          after: module.after.map(renamed),
        }));
        const cost = costOf(problem);
        const other = costOf({ ...problem, modules });
        expect(other === cost || Math.abs(other / cost - 1) < 1e-9).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('where there is no plan', () => {
  const rare = { rateRps: 1 / 60, sloMs: 101, modules: { m: { points: M3 } } };

  test.each<[string, ProblemSketch, boolean, string]>([
    ['the durations are too long', { ...m3, sloMs: 100 }, true, 'slo-too-tight'],
    ['batches fill too slowly and padding is not allowed', rare, false, 'no-point'],
    [
      'there are too few machines',
      { ...m3, hardware: { 'gpu-a': { pricePerHour: 1, count: 4 } } },
      true,
      'capacity',
    ],
  ])('%s', (_, sketch, dummies, code) => {
    const solved = solve(problemOf(sketch), dummies);
    expect(solved).toMatchObject({ proven: true, plan: { feasible: false, reason: { code } } });
  });

  test('padding finds a plan for one request a minute', () => {
    expect(costOf(problemOf(rare))).toBeLessThan(Number.POSITIVE_INFINITY);
  });
});

describe('cut off', () => {
  test('the search of one module asks the clock, too, and claims nothing that it did not see', () => {
    // Which whole machines of kinds as good as one another add up to the rate at least cost is a knapsack.
    const kinds = Array.from({ length: 8 }, (_, kind) => ({
      name: `k${kind}`,
      price: Math.sqrt(2 + 3 * kind),
    }));
    const { modules, billing } = problemOf({
      ...m3,
      billing: 'whole',
      rateRps: 98_765,
      hardware: Object.fromEntries(kinds.map(({ name, price }) => [name, { pricePerHour: price }])),
      modules: {
        one: {
          points: kinds.map(({ name, price }, kind): Measured => [8, (80 + kind / 1000) / price, name]),
        },
      },
    });
    const [module] = modules;
    const terms = { billing, dummies: true, capacity: new Map() };
    let asked = 0;
    const clock = (ends: number) => () => ++asked >= ends;
    const whole = moduleSearch(module!, terms, clock(Number.POSITIVE_INFINITY));
    const best = whole.cheapestWithin(1000)!;
    const askedOfAll = asked;
    expect(askedOfAll).toBeGreaterThan(2);
    asked = 0;
    const cut = moduleSearch(module!, terms, clock(2));
    const found = cut.cheapestWithin(1000)!;
    expect(asked).toBe(2);
    expect(cut.isComplete()).toBe(false);
    expect(found.costPerHour).toBeGreaterThanOrEqual(best.costPerHour);
    expect(cut.leastCost(1000)).toBeLessThanOrEqual(best.costPerHour);
  });

  test('at once, it still has a plan, and a bound that the optimum keeps', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { plan, lowerBoundPerHour } = solveOptimal(problem, { dummies: true, expired: () => true });
        const cost = costOf(problem);
        expect(plan.feasible).toBe(Number.isFinite(cost));
        if (!plan.feasible) return;
        expect(checkPlan(plan, { ...problem, dummies: true })).toEqual([]);
        expect(lowerBoundPerHour).toBeLessThanOrEqual(cost * (1 + 1e-9));
        expect(plan.costPerHour).toBeGreaterThanOrEqual(cost * (1 - 1e-9));
      }),
      { numRuns: 80 },
    );
  });
});
