/** Who shares a batch with a request that the engine refuses, or that kills its worker, is answered all the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurePolicy } from '../../src/policy/configure-policy.ts';
import { planOf } from '../plan-of.ts';
import { type Guilty, runVirtually, type VirtualRun } from './virtual-run.ts';

const DURATION_MS = 10;

interface Case {
  readonly batchSize: number;
  readonly machines: number;
  readonly end: Guilty['end'];
  readonly requests: readonly number[];
  readonly budgetMs?: number;
}

/** Fifty requests at once, so that batches are full and shared. */
function run({ batchSize, machines, end, requests, budgetMs = 60_000 }: Case): VirtualRun {
  const setup = configurePolicy(
    planOf('app', [{ name: 'a', batchSize, machines, durationMs: DURATION_MS, budgetMs }]),
    { queueLimit: 1000, timerLeadMs: 0, aheadMs: 0 },
  );
  const arrivals = Array.from({ length: 50 }, () => ({ timeMs: 0, deadlineMs: budgetMs }));
  return runVirtually(setup, arrivals, () => DURATION_MS, [], { end, requests: new Set(requests) });
}

const failed = ({ ends }: VirtualRun): number[] =>
  [...ends].flatMap(([request, { kind }]) => (kind === 'fail' ? [request] : [])).sort((a, b) => a - b);

describe('a batch that fails', () => {
  it('takes nobody with it but the guilty, whoever they are and however they fail', () => {
    const cases = fc.record({
      batchSize: fc.constantFrom(1, 2, 3, 8, 16),
      machines: fc.integer({ min: 1, max: 3 }),
      end: fc.constantFrom('failed' as const, 'down' as const),
      requests: fc.uniqueArray(fc.nat(49), { maxLength: 6 }),
    });
    fc.assert(
      fc.property(cases, (which) => {
        expect(failed(run(which))).toEqual([...which.requests].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  it.each(['failed', 'down'] as const)('%s: the guilty one of sixteen is found by halving', (end) => {
    const { batches } = run({ batchSize: 16, machines: 1, end, requests: [5] });
    const withIt = batches.filter(({ requests }) => requests.includes(5));
    expect(withIt.map(({ requests }) => requests.length)).toEqual([16, 8, 4, 2, 1]);
  });

  it('alone: it fails at once, and a second worker is tried where the first was lost', () => {
    const runsOf = (end: Guilty['end']): number =>
      run({ batchSize: 1, machines: 2, end, requests: [7] }).batches.filter(({ requests }) =>
        requests.includes(7),
      ).length;
    expect(runsOf('failed')).toBe(1);
    expect(runsOf('down')).toBe(2);
  });

  it('does not run again what could no longer be in time', () => {
    const { batches, ends } = run({
      batchSize: 16,
      machines: 4,
      end: 'failed',
      requests: [5],
      budgetMs: 2.5 * DURATION_MS,
    });
    expect(Math.max(...batches.map(({ timeMs }) => timeMs))).toBeLessThanOrEqual(1.5 * DURATION_MS);
    expect(ends.get(5)!.kind).toBe('expire');
  });
});
