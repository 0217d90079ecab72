import { describe, expect, test } from 'vitest';
import { ENFORCEMENT } from '../../src/domain/enforcement.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { ANSWER_MS, isTight, timeOutsideMs } from '../../src/policy/time-outside.ts';
import { planOf } from '../plan-of.ts';

/** A batch of four at 100 requests/s takes 10 ms and fills in 40: 50 of a budget of 60 and an SLO of 60. */
const PLAN = planOf('app', [{ name: 'm', budgetMs: 60 }]);
const measured = (changes: Partial<FeasiblePlan>): FeasiblePlan => ({
  ...PLAN,
  modules: PLAN.modules.map((module) => ({ ...module, measuredOn: { local: { cpuModel: 'x' } } })),
  ...changes,
});
const tight = measured({ sloMs: 50 + ANSWER_MS / 2 });
const by = (deadlines: 'budget' | 'slo') => ({ enforcement: { ...ENFORCEMENT, deadlines } });
/** A replay saw nothing longer than this. */
const eager = (maxMs: number): Partial<FeasiblePlan> => ({
  enforcement: { ...ENFORCEMENT, dispatch: 'eager', deadlines: 'slo' },
  verification: {
    ...{ arrivals: 'uniform', fanOut: 'even', requests: 100, seed: 1, maxMs },
    ...{ attainment: 1, target: 1, passed: true, modelCostPerHour: 1, replays: 1 },
  },
});

describe('what a plan leaves outside the engine', () => {
  test.each<[sentence: string, plan: FeasiblePlan, leftMs: number]>([
    ['is what its worst case leaves', PLAN, 10],
    ['is nothing where it is served by its budgets', measured(by('budget')), 0],
    ['is nothing where it is served by the SLO', measured(by('slo')), 0],
    ['is what a replay showed where no batch waits for others', measured(eager(12)), 48],
    ['is the reserve, then', measured({ ...by('slo'), reserveMs: 7 }), 7],
    ['is the reserve at least', measured({ sloMs: 65, reserveMs: 7 }), 15],
  ])('%s', (_, plan, leftMs) => {
    expect(timeOutsideMs(plan)).toBeCloseTo(leftMs, 9);
  });

  test('is too little below what a server takes off each deadline', () => {
    expect(isTight(tight)).toBe(true);
    expect(isTight({ ...tight, sloMs: 50 + ANSWER_MS })).toBe(false);
  });

  test('is a rehearsal’s own matter, and that of who gave a reserve', () => {
    expect(isTight({ ...tight, modules: PLAN.modules })).toBe(false);
    expect(isTight({ ...tight, reserveMs: 0.5 })).toBe(false);
  });
});
