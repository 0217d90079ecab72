import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Headroom,
  headroomOf,
  restate,
  withHeadroom,
  withLess,
} from '../../../src/planning/guarantee/headroom.ts';
import { planOptimal } from '../../../src/planning/optimal/plan-optimal.ts';
import { checkPlan } from '../check-plan.ts';
import { M3, problemOf } from '../problems.ts';

const pair = problemOf({
  rateRps: 90,
  sloMs: 2500,
  modules: { a: { points: M3 }, b: { points: M3, after: ['a'], perRequest: 1.5 } },
});

const anyHeadroom: fc.Arbitrary<Headroom> = fc.record({
  extraRequests: fc.tuple(fc.constantFrom(0, 0.25, 3), fc.constantFrom(0, 1.125)),
  rateFactors: fc.tuple(fc.constantFrom(1, 1.3), fc.constantFrom(1, 1.01, 2)),
  sloFactor: fc.constantFrom(1, 0.9),
});

describe('headroom', () => {
  test('a plan with any of it passes the checker as one of what was asked, costs no less, and says what it left', () => {
    const model = planOptimal(pair);
    fc.assert(
      fc.property(anyHeadroom, (headroom) => {
        const made = planOptimal(withHeadroom(pair, headroom));
        if (!made.feasible || !model.feasible) throw new Error('there are plans of all of these');
        const { lowerBoundPerHour: _, gap: __, optimal: ___, ...plan } = restate(made, pair, headroom);
        checkPlan(plan, pair);
        expect(plan.costPerHour).toBeGreaterThanOrEqual(model.costPerHour * (1 - 1e-6));
        const left = headroomOf(plan);
        expect(left.extraRequests).toEqual(headroom.extraRequests);
        expect(left.sloFactor).toBeCloseTo(headroom.sloFactor, 12);
        for (const [module, factor] of left.rateFactors.entries())
          expect(factor).toBeCloseTo(headroom.rateFactors[module]!, 12);
      }),
    );
  });

  test('is not padding: the rate planned for stands apart from the rate and from dummies', () => {
    const single = problemOf({ rateRps: 198, sloMs: 1000, modules: { m3: { points: M3 } } });
    const headroom = { extraRequests: [0], rateFactors: [200 / 198], sloFactor: 1 };
    const made = planOptimal(withHeadroom(single, headroom));
    const plan = made.feasible ? restate(made, single, headroom) : undefined;
    expect(plan!.modules[0]).toMatchObject({ rateRps: 198, dummyRps: 0 });
    expect(plan!.modules[0]!.plannedRateRps).toBeCloseTo(200, 9);
  });

  test('taken from one module, leaves the others theirs', () => {
    const headroom = { extraRequests: [4, 2], rateFactors: [1.5, 1.2], sloFactor: 0.9 };
    expect(withLess(headroom, 0, 0.5)).toEqual({
      extraRequests: [2, 2],
      rateFactors: [1.25, 1.2],
      sloFactor: 0.9,
    });
  });
});
