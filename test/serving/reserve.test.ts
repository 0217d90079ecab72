/** What a daemon makes of the reserve of its plan: clients have the SLO, and whoever plans again keeps it. */
import { expect, it } from 'vitest';
import { listCallables } from '../../src/serving/callables.ts';
import { describeDrift } from '../../src/serving/describe-drift.ts';
import { describeModule } from '../../src/serving/served-module.ts';
import { planOf } from '../plan-of.ts';

const PLAN = { ...planOf('app', [{ name: 'm', budgetMs: 90 }]), sloMs: 100, reserveMs: 10 };

it('requests have the SLO, those to a module its budget and the way outside', () => {
  const callables = listCallables(PLAN, PLAN.modules.map(describeModule));
  expect(callables.map(({ name, sloMs }) => [name, sloMs])).toEqual([
    ['app', 100],
    ['m', 100],
  ]);
});

it('the command that a drift of the rate names has it', () => {
  expect(describeDrift({ kind: 'rate', ratio: 1.5 }, { plan: PLAN, planFile: '-' })).toMatch(
    /harp plan APP --rate 150 --slo 100 --reserve 10$/,
  );
  expect(
    describeDrift({ kind: 'rate', ratio: 1.5 }, { plan: { ...PLAN, reserveMs: undefined }, planFile: '-' }),
  ).toMatch(/harp plan APP --rate 150 --slo 100$/);
});
