import { describe, expect, test } from 'vitest';
import { checkPlan } from '../../../src/checking/check-plan.ts';
import type { LoadedApplication } from '../../../src/domain/application.ts';
import type { FeasiblePlan } from '../../../src/domain/plan.ts';
import type { Replay } from '../../../src/domain/replay.ts';
import { planSimulated } from '../../../src/planning/simulated/plan-simulated.ts';
import { replayer } from '../../../src/simulation/replay-plan.ts';
import { applicationOf, type Machine } from './kinds.ts';

const MACHINES: Readonly<Record<string, Machine>> = { slow: [1, 20, 10], fast: [2.7, 6, 3] };

const replayOf = ({ rateRps, sloMs }: LoadedApplication, kind: 'poisson' | 'uniform'): Replay =>
  replayer({ arrivals: { kind }, times: { kind: 'exact' }, fanOut: 'even', rateRps, sloMs });

/** Ends by the number of simulations, not by a clock. */
const plan = (application: LoadedApplication, kind: 'poisson' | 'uniform' = 'poisson') =>
  planSimulated(
    application,
    'proportional',
    {
      replay: replayOf(application, kind),
      attainment: kind === 'poisson' ? 0.99 : 1,
      cv: kind === 'poisson' ? 1 : 0,
      isPoisson: kind === 'poisson',
      shiftMs: kind === 'poisson' ? 0 : 500 / application.rateRps,
    },
    () => false,
  );

/** On arrivals of its own. */
const attainmentOf = (application: LoadedApplication, made: FeasiblePlan): number => {
  const { inTime, requests } = replayOf(application, 'poisson')(made, { requests: 50_000, seed: 4711 });
  return inTime / requests;
};

const SINGLE = applicationOf(150, 120, { only: { machines: MACHINES } });

describe('a single module', () => {
  const { plan: made, certified, exhaustive, floorPerHour } = plan(SINGLE);
  const feasible = made as FeasiblePlan;

  test('gets machines that hold on arrivals that nobody has tried them on', () => {
    expect(made.feasible).toBe(true);
    expect(attainmentOf(SINGLE, feasible)).toBeGreaterThanOrEqual(0.989);
    expect(certified!.verdict.attainment - certified!.verdict.margin).toBeGreaterThanOrEqual(0.99);
  });

  test('with a machine less of any kind they do not hold', () => {
    const [module] = feasible.modules;
    for (const index of module!.allocations.keys()) {
      const fewer = module!.allocations
        .map((one, at) => (at === index ? { ...one, machines: one.machines - 1 } : one))
        .filter(({ machines }) => machines > 0);
      if (fewer.length === 0) continue;
      const smaller = { ...feasible, modules: [{ ...module!, allocations: fewer }] };
      expect(attainmentOf(SINGLE, smaller)).toBeLessThan(0.99);
    }
  });

  test('they cost no less than any dispatcher needs', () => {
    expect(floorPerHour).toBeLessThanOrEqual(feasible.costPerHour);
    expect(typeof exhaustive).toBe('boolean');
  });

  test('the independent checker finds nothing wrong', () => {
    expect(checkPlan(feasible, { ...SINGLE, billing: 'proportional', dummies: true })).toEqual([]);
  });

  test('every machine is whole, however partial ones are billed', () => {
    const { allocations } = feasible.modules[0]!;
    expect(allocations.every(({ machines }) => Number.isInteger(machines))).toBe(true);
  });

  test('the same question gives the same plan', () => {
    expect(plan(SINGLE).plan).toEqual(made);
  });

  test('evenly spaced requests need no more machines than random ones', () => {
    const even = plan(SINGLE, 'uniform').plan as FeasiblePlan;
    expect(even.costPerHour).toBeLessThanOrEqual(feasible.costPerHour);
  });
});

describe('a pipeline', () => {
  const PIPELINE = applicationOf(80, 300, {
    first: { machines: { slow: [1, 20, 10] } },
    second: { machines: { fast: [2.7, 6, 3] }, after: ['first'] },
  });

  test('holds as a whole, and its budgets keep the SLO', () => {
    const made = plan(PIPELINE).plan as FeasiblePlan;
    expect(made.feasible).toBe(true);
    expect(attainmentOf(PIPELINE, made)).toBeGreaterThanOrEqual(0.989);
    expect(checkPlan(made, { ...PIPELINE, billing: 'proportional', dummies: true })).toEqual([]);
  });
});

describe('where there is no plan', () => {
  test('an SLO below every duration is said to be too tight', () => {
    expect(plan({ ...SINGLE, sloMs: 5 }).plan).toMatchObject({
      feasible: false,
      planner: 'simulated',
      reason: { code: 'slo-too-tight' },
    });
  });

  test('too few machines for random arrivals are said not to hold', () => {
    const hardware = { slow: { pricePerHour: 1, count: 1 }, fast: { pricePerHour: 2.7, count: 1 } };
    const scarce = plan({ ...SINGLE, rateRps: 376, hardware }).plan;
    expect(scarce).toMatchObject({ feasible: false, reason: { where: 'only' } });
  });
});
