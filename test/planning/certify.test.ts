import { describe, expect, test } from 'vitest';
import { certify } from '../../src/planning/certify.ts';
import { planHarpagon } from '../../src/planning/harpagon.ts';
import { M3, problemOf } from './problems.ts';

const plan = planHarpagon(problemOf({ rateRps: 198, sloMs: 1000, modules: { m3: { points: M3 } } }));
if (!plan.feasible) throw new Error(plan.reason.message);

describe('a plan of $5 an hour', () => {
  test.each([
    ['that costs its bound is optimal', 5, 0, true],
    ['within a millionth of its bound is proven', 5 / (1 + 9e-7), 9e-7, true],
    ['beyond a millionth is not', 5 / (1 + 2e-6), 2e-6, false],
    ['a quarter above its bound says so', 4, 0.25, false],
    ['cheaper than its bound by the last digits of a number has no gap', 5 * (1 + 1e-12), 0, true],
  ])('%s', (_, lowerBoundPerHour, gap, optimal) => {
    const certified = certify(plan, lowerBoundPerHour);
    expect(certified).toMatchObject({ costPerHour: 5, lowerBoundPerHour, optimal });
    expect(certified.gap).toBeCloseTo(gap, 12);
  });
});
