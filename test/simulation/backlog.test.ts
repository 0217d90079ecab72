import { describe, expect, it } from 'vitest';
import { configurePolicy } from '../../src/policy/configure-policy.ts';
import { Backlog } from '../../src/simulation/backlog.ts';
import { planOf } from '../plan-of.ts';

/** Two workers that serve 4 in 20 ms each at best: 0.4 a millisecond, 40 within the SLO of 100 ms. */
function backlogOf(perRequest = 1): Backlog {
  const plan = planOf('app', [{ name: 'm', durationMs: 20, machines: 2, budgetMs: 100, perRequest }]);
  return new Backlog(plan, configurePolicy(plan, { queueLimit: 100, timerLeadMs: 0, aheadMs: 0 }), 100);
}

/** How many of those sent at once could be in time with all before them. */
const inTimeOf = (backlog: Backlog, sent: number, nowMs: number): number =>
  Array.from({ length: sent }, () => backlog.sent(nowMs)).filter(Boolean).length;

describe('what a plan can still serve in time', () => {
  it('is what its workers drain within the SLO', () => {
    expect(inTimeOf(backlogOf(), 50, 0)).toBe(40);
  });

  it('is less for requests of several tasks', () => {
    expect(inTimeOf(backlogOf(2), 50, 0)).toBe(20);
  });

  it('comes back as time passes, and what could not be in time is not counted again', () => {
    const backlog = backlogOf();
    inTimeOf(backlog, 50, 0);
    expect(inTimeOf(backlog, 50, 50)).toBe(20);
  });

  it('halves with one of two workers, for those under way too, and comes back with it', () => {
    const backlog = backlogOf();
    inTimeOf(backlog, 30, 0);
    expect(backlog.struck({ kind: 'down', worker: 1, timeMs: 0 }, 0)).toBe(false);
    expect(inTimeOf(backlog, 5, 0)).toBe(0);
    expect(backlog.struck({ kind: 'up', worker: 1, timeMs: 0 }, 0)).toBe(true);
    expect(inTimeOf(backlog, 50, 0)).toBe(20);
  });
});
