import { describe, expect, test } from 'vitest';
import { measurementWarnings, planWarnings } from '../../src/cli/plan-warnings.ts';
import type { FeasiblePlan, InfeasiblePlan } from '../../src/domain/plan.ts';
import { planOf } from '../plan-of.ts';

/** 50 ms of work and waiting within 51. */
const TIGHT: FeasiblePlan = (() => {
  const plan = planOf('app', [{ name: 'm', budgetMs: 60 }]);
  const modules = plan.modules.map((module) => ({ ...module, measuredOn: { local: { cpuModel: 'x' } } }));
  return { ...plan, sloMs: 51, modules };
})();
const unsettled = (plan: FeasiblePlan): FeasiblePlan => ({
  ...plan,
  modules: plan.modules.map((module) => ({
    ...module,
    allocations: module.allocations.map((allocation) => ({ ...allocation, stable: false })),
  })),
});

describe('beside a plan', () => {
  test('that leaves too little outside the engine: how much, and the same command with a reserve', () => {
    const [what, next] = planWarnings(TIGHT, ['my app.yaml', '--rate', '5', "it's"]);
    expect(what).toMatch(/^warning: 1.00 ms of the SLO is left for what happens outside the engine\. /);
    expect(next).toBe(`  → Keep time for that: harp plan 'my app.yaml' --rate 5 'it'\\''s' --reserve 2`);
  });

  test('that leaves enough, or as much as was asked for: nothing', () => {
    expect(planWarnings({ ...TIGHT, sloMs: 60 }, [])).toEqual([]);
    expect(planWarnings({ ...TIGHT, reserveMs: 1 }, [])).toEqual([]);
  });

  test('an SLO that is too tight: the same command with one that has a plan', () => {
    const reason = { code: 'slo-too-tight', where: 'm', message: 'm needs more than 100 ms' } as const;
    const refused = (possibleSloMs?: number): InfeasiblePlan => {
      const { schemaVersion, kind, application, planner, rateRps, sloMs, billing } = TIGHT;
      const header = { schemaVersion, kind, application, planner, rateRps, sloMs, billing };
      return { ...header, feasible: false, reason: { ...reason, ...(possibleSloMs && { possibleSloMs }) } };
    };
    const told = '→ harp plan app.yaml --rate 5 --slo 14.6';
    expect(planWarnings(refused(14.6), ['app.yaml', '--slo', '9', '--rate', '5'])).toEqual([told]);
    expect(planWarnings(refused(14.6), ['app.yaml', '--rate', '5', '--slo=9'])).toEqual([told]);
    expect(planWarnings(refused(14.6), ['app.yaml', '--rate', '5'])).toEqual([told]);
    expect(planWarnings(refused(), ['app.yaml'])).toEqual([]);
  });

  test('on points that did not settle: which, for who makes the plan and for who serves it', () => {
    const warning = expect.stringMatching(
      /^warning: the plan stands on m, batch 4 on 1 core of local: did not settle .*harp profile --resume/,
    );
    expect(measurementWarnings(TIGHT)).toEqual([]);
    expect(measurementWarnings(unsettled(TIGHT))).toEqual([warning]);
    expect(planWarnings(unsettled({ ...TIGHT, sloMs: 60 }), [])).toEqual([warning]);
  });
});
