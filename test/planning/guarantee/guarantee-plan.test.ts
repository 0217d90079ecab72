import { describe, expect, test } from 'vitest';
import { ENFORCEMENT, type Enforcement } from '../../../src/domain/enforcement.ts';
import type { FeasiblePlan, Plan } from '../../../src/domain/plan.ts';
import type { Replay, Replayed } from '../../../src/domain/replay.ts';
import { benchmarkWorkloads } from '../../../src/planning/benchmark/workloads.ts';
import {
  type CertifiedPlan,
  type GuaranteeTerms,
  guaranteePlan,
} from '../../../src/planning/guarantee/guarantee-plan.ts';
import { planOptimal } from '../../../src/planning/optimal/plan-optimal.ts';
import type { PlanningProblem } from '../../../src/planning/problem.ts';
import { replayer } from '../../../src/simulation/replay-plan.ts';
import { checkPlan } from '../check-plan.ts';
import { M3, problemOf } from '../problems.ts';

const pair = problemOf({
  rateRps: 90,
  sloMs: 2500,
  modules: { a: { points: M3 }, b: { points: M3, after: ['a'] } },
});

const modelOf = (problem: PlanningProblem): CertifiedPlan => planOptimal(problem) as CertifiedPlan;

/** Every request is in time where the plan holds; otherwise the last of a hundred is given up at module b. */
const fakeReplay =
  (holds: (plan: FeasiblePlan, rules: Enforcement, shiftMs: number) => boolean): Replay =>
  (plan, { rules = ENFORCEMENT, requests, shiftMs = 0, isLost }): Replayed => {
    const held = holds(plan, rules, shiftMs);
    let [ended, inTime] = [0, 0];
    for (let over = false; ended < requests && !over; ) {
      ended += 100;
      inTime += held ? 100 : 99;
      over = isLost?.(ended, inTime) ?? false;
    }
    return {
      requests: ended,
      inTime,
      maxMs: 1000,
      late: 0,
      dropped: ended - inTime,
      beyondPlanMs: [0, 0],
      droppedIn: [0, ended - inTime],
      inTimeByBatch: [],
    };
  };

const termsOf = (replay: Replay, attainment = 1): GuaranteeTerms => ({
  promise: { attainment, shiftMs: 5 },
  arrivals: 'uniform',
  fanOut: 'even',
  replay,
  poisson: undefined,
  planFor: planOptimal,
  mostRequests: 200_000,
  isOver: () => false,
  complete: (plan) => plan,
});

const guarantee = (replay: Replay, attainment?: number): Plan =>
  guaranteePlan(modelOf(pair), pair, termsOf(replay, attainment));

const capacityRps = ({ modules }: FeasiblePlan, module: number): number =>
  modules[module]!.allocations.reduce((sum, { rateRps }) => sum + rateRps, 0);

describe('a plan', () => {
  const model = modelOf(pair);

  test('that holds is shipped as it is, with what was seen', () => {
    const plan = guarantee(fakeReplay(() => true));
    expect(plan).toMatchObject({
      costPerHour: model.costPerHour,
      modules: model.modules,
      guarantee: 'replay',
    });
    expect(plan).toMatchObject({
      verification: { passed: true, attainment: 1, replays: 2, requests: 20_000, maxMs: 1000 },
    });
    expect(plan).not.toHaveProperty('verification.repaired');
  });

  test.each([
    ['deadlines at the SLO', 'deadlines', 'slo'],
    ['batches that wait for nobody', 'dispatch', 'eager'],
  ] as const)('that holds with %s alone is served so, at no cost', (_, what, rule) => {
    const plan = guarantee(fakeReplay((_plan, rules) => rules[what] === rule));
    expect(plan).toMatchObject({ costPerHour: model.costPerHour, enforcement: { [what]: rule } });
    expect(plan).toMatchObject({ verification: { repaired: 'rules' } });
  });

  test.each([
    ['one module that starts at once', 'planned', { b: 'eager' }],
    ['one module that collects', 'eager', { a: 'planned' }],
  ] as const)('that holds with %s is served so, at no cost', (_, dispatch, dispatchAt) => {
    const plan = guarantee(
      fakeReplay(
        (_plan, rules) =>
          rules.dispatch === dispatch && JSON.stringify(rules.dispatchAt) === JSON.stringify(dispatchAt),
      ),
    );
    expect(plan).toMatchObject({ costPerHour: model.costPerHour, enforcement: { dispatch, dispatchAt } });
    expect(plan).toMatchObject({ verification: { repaired: 'rules' } });
  });

  test('that holds by resonance alone is repaired', () => {
    const plan = guarantee(
      fakeReplay((tried, _, shiftMs) => shiftMs === 0 || capacityRps(tried, 1) > 1.1 * pair.rateRps),
    );
    expect(plan).toMatchObject({ verification: { repaired: 'machines' } });
  });

  test.each([1.02, 1.1, 1.5, 3])(
    'that needs %d times the rate at one module gets hardly more, and nothing elsewhere',
    (factor) => {
      const needsRps = Math.max(factor * pair.rateRps, capacityRps(model, 1) * 1.001);
      const plan = guarantee(fakeReplay((tried) => capacityRps(tried, 1) >= needsRps));
      if (!plan.feasible) throw new Error(plan.reason.message);
      checkPlan(plan, pair);
      const cheapest = planOptimal({
        ...pair,
        modules: pair.modules.with(1, { ...pair.modules[1]!, rateRps: needsRps }),
      }) as FeasiblePlan;
      expect(plan.costPerHour).toBeLessThanOrEqual(cheapest.costPerHour * 1.1);
      expect(plan.modules[0]!.plannedRateRps).toBeUndefined();
      expect(plan).toMatchObject({
        lowerBoundPerHour: model.lowerBoundPerHour,
        verification: { modelCostPerHour: model.costPerHour, repaired: 'machines' },
      });
      expect(plan.verification!.replays).toBeLessThan(100);
    },
  );

  test('that nothing makes hold is none: a value that says so', () => {
    expect(guarantee(fakeReplay(() => false))).toMatchObject({
      feasible: false,
      reason: { code: 'does-not-hold', where: 'a, b' },
    });
  });

  test('that holds where it was chosen and nowhere else is not shipped: what showed it tries the next', () => {
    const replay = fakeReplay((tried) => capacityRps(tried, 1) > 1.1 * pair.rateRps);
    const fresh = fakeReplay((tried) => capacityRps(tried, 1) > 1.5 * pair.rateRps);
    const plan = guarantee((made, terms) => (terms.seed === 1 ? replay : fresh)(made, terms));
    if (!plan.feasible) throw new Error(plan.reason.message);
    expect(capacityRps(plan, 1)).toBeGreaterThan(1.5 * pair.rateRps);
    expect(plan).toMatchObject({ verification: { seed: 2, passed: true } });
  });

  test('that is not repaired in time is the best so far, or none: a value that says so', () => {
    const replay = fakeReplay((tried) => capacityRps(tried, 1) > 1.5 * pair.rateRps);
    const within = (isOver: (hasAny: boolean) => boolean) =>
      guaranteePlan(model, pair, { ...termsOf(replay), isOver });
    const all = guarantee(replay);
    const some = within((hasAny) => hasAny);
    if (!all.feasible || !some.feasible) throw new Error('no plan');
    expect(some.costPerHour).toBeGreaterThanOrEqual(all.costPerHour);
    expect(some.verification!.replays).toBeLessThan(all.verification!.replays!);
    expect(within(() => true)).toMatchObject({ feasible: false, reason: { code: 'not-found' } });
  });

  test('that keeps the share that was asked for needs no repair, and is certified on fresh requests', () => {
    const plan = guarantee(
      fakeReplay(() => false),
      0.98,
    );
    expect(plan).toMatchObject({ verification: { attainment: 0.99, target: 0.98, seed: 2 } });
    expect(plan).not.toHaveProperty('verification.repaired');
  });
});

describe('plans of the benchmark', () => {
  const problems = benchmarkWorkloads().filter((_, index) => index % 113 === 0);

  test.each(
    problems.flatMap((problem) =>
      (['proportional', 'whole'] as const).map((billing) => ({ ...problem, billing })),
    ),
  )('$application at $rateRps requests/s, $billing billing: held, and checked', (problem) => {
    const complete = (plan: FeasiblePlan): FeasiblePlan => ({
      ...plan,
      modules: plan.modules.map((module, index) => ({
        ...module,
        serviceTimes: problem.modules[index]!.points.map(({ hardware, cores, batchSize, durationMs }) => ({
          hardware,
          cores,
          batchSize,
          durationMs,
          tailMs: durationMs,
        })),
      })),
    });
    const { rateRps, sloMs } = problem;
    const replay = replayer({
      arrivals: { kind: 'uniform' },
      times: { kind: 'exact' },
      fanOut: 'even',
      rateRps,
      sloMs,
    });
    const shiftMs = 500 / rateRps;
    const plan = guaranteePlan(modelOf(problem), problem, {
      ...termsOf(replay),
      promise: { attainment: 1, shiftMs },
      complete,
    });
    if (!plan.feasible) throw new Error(plan.reason.message);
    checkPlan({ ...plan, modules: plan.modules.map((module) => ({ ...module, serviceTimes: [] })) }, problem);
    const { inTime, requests, maxMs } = replay(plan, { requests: 3000, seed: 1, shiftMs });
    expect(inTime).toBe(requests);
    expect(maxMs).toBeLessThanOrEqual(sloMs * (1 + 1e-9));
  });
});
