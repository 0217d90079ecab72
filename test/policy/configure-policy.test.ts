import { expect, test } from 'vitest';
import { ENFORCEMENT } from '../../src/domain/enforcement.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { planOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { configurePolicy } from '../../src/policy/configure-policy.ts';
import { M3, problemOf } from '../planning/problems.ts';

test('a module has the dispatch rule that the plan names for it, the others that of the plan', () => {
  const plan = planOptimal(
    problemOf({ rateRps: 90, sloMs: 2500, modules: { a: { points: M3 }, b: { points: M3, after: ['a'] } } }),
  ) as FeasiblePlan;
  const enforcement = { ...ENFORCEMENT, dispatch: 'eager', dispatchAt: { b: 'deferred' } } as const;
  const { config } = configurePolicy(
    { ...plan, enforcement },
    { queueLimit: 10, timerLeadMs: 0, aheadMs: 0 },
  );
  expect(config.modules.map(({ dispatch }) => dispatch)).toEqual(['eager', 'deferred']);
});
