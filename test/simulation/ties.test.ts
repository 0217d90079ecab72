import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/simulation/simulate.ts';
import { simulatePlan } from '../../src/simulation/simulate-plan.ts';
import { planOf } from '../plan-of.ts';

/** One machine, one request at a time, 10 ms each. */
const PLAN = planOf('app', [{ name: 'm', batchSize: 1, durationMs: 10, budgetMs: 100 }]);

function ends(sentMs: readonly number[], faults: readonly Fault[] = []): string[] {
  const told: string[] = [];
  const left = [...sentMs];
  simulatePlan(
    {
      ...{ plan: PLAN, times: { kind: 'exact' }, seed: 1, faults },
      nextSentMs: () => left.shift() ?? Number.POSITIVE_INFINITY,
    },
    { ended: ({ kind, request }, nowMs) => told.push(`${request} ${kind} at ${nowMs}`) },
  );
  return told;
}

describe('what falls on one instant', () => {
  it('requests that come together are served in the order of their numbers', () => {
    expect(ends([5, 5, 5])).toEqual(['0 complete at 15', '1 complete at 25', '2 complete at 35']);
  });

  it('a batch that ends when its worker is lost has ended', () => {
    expect(ends([0], [{ kind: 'down', worker: 0, timeMs: 10 }])).toEqual(['0 complete at 10']);
  });

  it('a batch ends before a request comes, so that the request finds an idle machine', () => {
    expect(ends([0, 10, 20])).toEqual(['0 complete at 10', '1 complete at 20', '2 complete at 30']);
  });

  it('a worker comes back before a request comes', () => {
    const faults: Fault[] = [
      { kind: 'down', worker: 0, timeMs: 3 },
      { kind: 'up', worker: 0, timeMs: 50 },
    ];
    expect(ends([50], faults)).toEqual(['0 complete at 60']);
  });

  it('the end of the SLO is within it: of eleven at once ten fill it to the last moment', () => {
    const told = ends(new Array(11).fill(0));
    expect(told.filter((end) => end.includes('complete')).at(-1)).toBe('9 complete at 100');
  });
});
