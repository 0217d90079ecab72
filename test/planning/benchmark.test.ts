import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/domain/plan.ts';
import { type Attempt, attempt } from '../../src/planning/benchmark/attempt.ts';
import { comparePlanners } from '../../src/planning/benchmark/compare-planners.ts';
import { benchmarkWorkloads, loosenessOf } from '../../src/planning/benchmark/workloads.ts';
import { ABLATION_NAMES, ABLATIONS, planHarpagon } from '../../src/planning/harpagon.ts';
import { PLANNERS } from '../../src/planning/planners.ts';
import { PLANNER_NAMES, type Planner } from '../../src/planning/problem.ts';
import { checkPlan } from './check-plan.ts';
import { problemOf } from './problems.ts';

describe('the benchmark', () => {
  const workloads = benchmarkWorkloads();

  test('has 1,131 workloads over five applications, the same ones every time', () => {
    expect(workloads).toHaveLength(1131);
    expect(workloads).toEqual(benchmarkWorkloads());
    const counts = new Map<string, number>();
    for (const { application } of workloads) counts.set(application, (counts.get(application) ?? 0) + 1);
    expect([...counts]).toEqual([
      ['traffic', 227],
      ['face', 226],
      ['pose', 226],
      ['caption', 226],
      ['actdet', 226],
    ]);
  });

  test('sweeps from barely feasible to loose, on three kinds of machines with dated prices', () => {
    const looseness = workloads.map(loosenessOf).sort((a, b) => a - b);
    expect(looseness[0]).toBeGreaterThan(1);
    expect(looseness[0]).toBeLessThan(1.1);
    expect(looseness.at(-1)).toBeGreaterThan(10);
    const kinds = Object.values(workloads[0]!.hardware);
    expect(kinds).toHaveLength(3);
    for (const kind of kinds)
      expect(kind).toMatchObject({ asOf: expect.any(String), source: expect.any(String) });
  });

  test('harpagon finds a plan wherever one may exist', () => {
    for (const problem of workloads.filter((_, index) => index % 4 === 0)) {
      expect(planHarpagon(problem).feasible).toBe(true);
    }
  });

  test.each(PLANNER_NAMES.filter((name) => name !== 'harpagon'))('what %s plans holds', (name) => {
    for (const problem of workloads.filter((_, index) => index % 23 === 0)) {
      const plan = PLANNERS[name](problem);
      if (plan.feasible) checkPlan(plan, problem);
    }
  });

  test.each(ABLATION_NAMES)('what harpagon plans with %s holds', (name) => {
    const some = workloads.filter((_, index) => index % 47 === 0);
    let solved = 0;
    for (const problem of some) {
      const plan = planHarpagon(problem, ABLATIONS[name]);
      if (!plan.feasible) continue;
      checkPlan(plan, problem);
      solved++;
    }
    expect(solved).toBeGreaterThan(some.length / 3);
  });
});

describe('on the benchmark no plan is cheaper than the optimum', () => {
  const some = benchmarkWorkloads().filter((_, index) => index % 29 === 0);
  const optima = some.map((problem) => PLANNERS.optimal(problem));

  test.each([
    ...PLANNER_NAMES.map((name): [string, Planner] => [name, PLANNERS[name]]),
    ...ABLATION_NAMES.map((name): [string, Planner] => [
      `harpagon with ${name}`,
      (problem) => planHarpagon(problem, ABLATIONS[name]),
    ]),
  ])('%s', (_, planner) => {
    for (const [index, problem] of some.entries()) {
      const [optimal, plan] = [optima[index]!, planner(problem)];
      if (!plan.feasible) continue;
      expect(optimal.feasible).toBe(true);
      if (optimal.feasible) expect(plan.costPerHour).toBeGreaterThanOrEqual(optimal.costPerHour * (1 - 1e-6));
    }
  });
});

describe('the figures', () => {
  const costing = (...costs: (number | undefined)[]): Attempt[] =>
    costs.map((costPerHour, index) => ({ costPerHour, proven: false, runtimeMs: index + 1 }));
  /** Loose by 1.5, 2.5, 4 and 40. */
  const problems = [30, 50, 80, 800].map((sloMs) =>
    problemOf({ rateRps: 1, sloMs, modules: { m: { points: [[1, 20]] } } }),
  );
  const attempts = new Map<string, Attempt[]>([
    ['optimal', costing(1, 2, 4, 8).map((one) => ({ ...one, proven: true }))],
    ['harpagon', costing(1, 2.03125, 4, 10)],
    ['nexus', costing(undefined, 4.0625, 8, 10)],
    ['none', costing(undefined, undefined, undefined, undefined)],
  ]);
  const compared = comparePlanners(problems, attempts, {
    planners: ['optimal', 'harpagon', 'nexus'],
    ablations: ['none'],
  });

  test('are ratios over what both solved, and shares of all workloads', () => {
    const [optimal, harpagon, nexus] = compared.planners;
    expect(optimal).toMatchObject({ solved: 1, equalToOptimal: 1, proven: 1 });
    expect(harpagon).toMatchObject({ solved: 1, equalToOptimal: 0.5, proven: 0 });
    expect(harpagon!.costToOptimal).toEqual({
      mean: (1 + 1.015625 + 1 + 1.25) / 4,
      median: 1.0078125,
      worst: 1.25,
    });
    expect(nexus).toMatchObject({ solved: 0.75, equalToOptimal: 0 });
    expect(nexus!.costToHarpagon).toEqual({ mean: 5 / 3, median: 2, worst: 2 });
    expect(nexus!.runtimeMs.p50).toBe(2.5);
    expect(nexus!.runtimeMs.p99).toBeCloseTo(3.97, 9);
  });

  test('are null where a planner solves nothing', () => {
    expect(compared.ablations).toMatchObject([{ solved: 0, costToOptimal: null, costToHarpagon: null }]);
  });

  test('tell how far harpagon is from the optimum where it does not reach it', () => {
    expect(compared.harpagonGaps.map(({ from, share }) => [from, share])).toEqual([
      [1e-6, 0],
      [0.01, 0.25],
      [0.02, 0],
      [0.05, 0],
      [0.1, 0.25],
    ]);
  });

  test('tell how costs depend on how loose the SLO is', () => {
    const nexus = compared.looseness.map(({ from, to, planners }) => [from, to, planners[2]]);
    expect(nexus).toEqual([
      [1, 2, { planner: 'nexus', solved: 0, meanCostToHarpagon: null }],
      [2, 3, { planner: 'nexus', solved: 1, meanCostToHarpagon: 2 }],
      [3, 5, { planner: 'nexus', solved: 1, meanCostToHarpagon: 2 }],
      [5, null, { planner: 'nexus', solved: 1, meanCostToHarpagon: 1 }],
    ]);
  });

  test('an attempt takes its time from the clock handed in', () => {
    const [problem] = problems;
    const plan = (found: object) => () => found as Plan;
    const times = [100, 107, 200, 201];
    const clock = () => times.shift()!;
    const proven = { feasible: true, costPerHour: 3, optimal: true };
    expect(attempt(problem!, { name: 'a', plan: plan(proven) }, clock)).toEqual({
      costPerHour: 3,
      proven: true,
      runtimeMs: 7,
    });
    expect(attempt(problem!, { name: 'b', plan: plan({ feasible: false }) }, clock)).toEqual({
      costPerHour: undefined,
      proven: false,
      runtimeMs: 1,
    });
  });
});
