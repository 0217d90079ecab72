import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withEnough } from '../../src/planning/enough-machines.ts';
import { planOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../../src/planning/planners.ts';
import { M3, problemOf } from './problems.ts';

/** The worked example, of which there are so many machines. */
const counted = (count: number, rateRps = 198) =>
  problemOf({
    ...{ rateRps, sloMs: 1000, modules: { m3: { points: M3 } } },
    hardware: { 'gpu-a': { pricePerHour: 1, count } },
  });

test('five machines do what four cannot: the refusal says so', () => {
  const problem = counted(4);
  expect(withEnough(planOptimal(problem), problem, planOptimal)).toMatchObject({
    feasible: false,
    reason: {
      code: 'capacity',
      enough: { 'gpu-a': 5 },
      message: expect.stringMatching(/^4 × gpu-a cannot serve m3 .*; with 5 × gpu-a the model has a plan$/),
    },
  });
});

test.each(['optimal', 'harpagon', 'inferline'] as const)(
  'with what %s is told there is a plan, with one machine less there is none',
  (planner) => {
    const planFor = PLANNERS[planner];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 20, max: 400 }), (count, rateRps) => {
        const problem = counted(count, rateRps);
        const told = withEnough(planFor(problem), problem, planFor);
        fc.pre(!told.feasible && told.reason.enough !== undefined);
        const enough = (told as { reason: { enough: Record<string, number> } }).reason.enough['gpu-a']!;
        expect(enough).toBeGreaterThan(count);
        expect(planFor(counted(enough, rateRps)).feasible).toBe(true);
        expect(planFor(counted(enough - 1, rateRps)).feasible).toBe(false);
      }),
      { numRuns: 20 },
    );
  },
);

test('workers that share a machine count as its share; kinds that are not short are not named', () => {
  const problem = problemOf({
    ...{ rateRps: 100, sloMs: 200, modules: { a: { points: [[1, 100, 'cpu', 2]] } } },
    hardware: { cpu: { pricePerHour: 1, cores: 4, count: 1 }, other: { pricePerHour: 1, count: 1 } },
  });
  const told = withEnough(planOptimal(problem), problem, planOptimal);
  // Ten workers of two cores each.
  expect(told).toMatchObject({ reason: { enough: { cpu: 5 } } });
});

test('no number of machines helps against an SLO that is too tight: nothing is added', () => {
  const problem = { ...counted(4), sloMs: 90 };
  const plan = planOptimal(problem);
  expect(withEnough(plan, problem, planOptimal)).toBe(plan);
});
