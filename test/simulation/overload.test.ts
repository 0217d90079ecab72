/**
 * Pipelines at five times what they were planned for: who cannot be in time hears so on arrival, machines go on doing what they
 * can; and at the planned rate nobody is refused.
 */
import { describe, expect, it } from 'vitest';
import { ENFORCEMENT } from '../../src/domain/enforcement.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { runScenario } from '../../src/simulation/run-scenario.ts';
import type { Seen } from '../../src/simulation/summarize-run.ts';
import { type PlannedModule, planOf } from '../plan-of.ts';

const RATE_RPS = 100;
const BATCH = 8;

/** A module that serves so many tasks a second, planned for batches that collect at the rate of the application. */
const module = (
  name: string,
  mostRps: number,
  { batchSize = BATCH, ...rest }: Partial<PlannedModule> = {},
): PlannedModule => {
  const durationMs = (1000 * batchSize) / mostRps;
  const budgetMs = Math.round(durationMs + (1050 * batchSize) / RATE_RPS);
  return { name, batchSize, durationMs, singleMs: 0.3 * durationMs, budgetMs, ...rest };
};

const PLANS: Record<string, FeasiblePlan> = {
  chain: planOf('chain', [module('a', 800), module('b', 105, { after: ['a'] })]),
  'chain of three': planOf('three', [
    module('a', 800),
    module('b', 400, { after: ['a'] }),
    module('c', 105, { after: ['b'] }),
  ]),
  'slow in the middle': planOf('middle', [
    module('a', 800),
    module('b', 105, { after: ['a'] }),
    module('c', 400, { after: ['b'] }),
  ]),
  'slow branch': planOf('branch', [
    module('a', 300),
    module('b', 200, { after: ['a'] }),
    module('c', 105, { after: ['a'] }),
    module('d', 250, { after: ['b', 'c'] }),
  ]),
  'slow join': planOf('join', [
    module('a', 300),
    module('b', 200, { after: ['a'] }),
    module('c', 250, { after: ['a'] }),
    module('d', 105, { after: ['b', 'c'] }),
  ]),
  'fan-out': planOf('fan', [
    module('a', 500, { budgetMs: 100 }),
    module('b', 262, { after: ['a'], perRequest: 2.5, budgetMs: 80 }),
  ]),
  'fan-out row by row': planOf('rows', [
    module('a', 500, { budgetMs: 100 }),
    module('b', 320, { after: ['a'], perRequest: 3, rows: 'split', budgetMs: 80 }),
    module('c', 640, { after: ['b'], perRequest: 6, rows: 'split', budgetMs: 60 }),
  ]),
  'slow first': planOf('first', [module('a', 105), module('b', 800, { after: ['a'] })]),
  'a little slower further on': planOf('slower', [
    module('a', 115, { batchSize: 24 }),
    module('b', 105, { after: ['a'], batchSize: 24 }),
  ]),
  'as fast everywhere': planOf('even', [module('a', 105), module('b', 105, { after: ['a'] })]),
};

const seen = (shape: string, factor: number, arrivals: 'uniform' | 'poisson'): Seen => {
  const plan = PLANS[shape]!;
  const conditions = { requests: Number.POSITIVE_INFINITY, lastsMs: 20_000, seed: 3 };
  const fanOut = arrivals === 'uniform' ? 'even' : 'random';
  return runScenario(
    {
      ...{ plan, arrivals: { kind: arrivals }, rateRps: factor * RATE_RPS, sloMs: plan.sloMs },
      ...{ ...conditions, fanOut, times: { kind: 'exact' } },
    },
    ENFORCEMENT,
  );
};

/** Served of 10,000 in 20 s when admission looked at the first modules only. */
const SERVED_BEFORE: [shape: string, uniform: number, poisson: number][] = [
  ['chain', 2121, 2121],
  ['chain of three', 2130, 2130],
  ['slow in the middle', 1344, 1343],
  ['slow branch', 1326, 1311],
  ['slow join', 2058, 2137],
  ['fan-out', 1979, 1933],
  ['fan-out row by row', 818, 832],
  ['slow first', 2068, 2033],
  ['a little slower further on', 2141, 2093],
  ['as fast everywhere', 1171, 1353],
];

describe('at five times the planned rate', () => {
  it.each(SERVED_BEFORE)('%s: as many are served, most others refused on arrival', (shape, ...before) => {
    for (const [index, arrivals] of (['uniform', 'poisson'] as const).entries()) {
      const { requests, served, shed, expired } = seen(shape, 5, arrivals);
      expect(requests, arrivals).toBeGreaterThanOrEqual(10_000);
      expect(served, arrivals).toBeGreaterThan(0.99 * before[index]!);
      expect(expired, arrivals).toBeLessThan(0.3 * (shed + expired));
    }
  });
});

describe('a little below the planned rate', () => {
  it.each(SERVED_BEFORE)('%s: everybody is served', (shape) => {
    const { requests, served } = seen(shape, 0.95, 'uniform');
    expect([requests, served]).toEqual([1900, 1900]);
  });
});
