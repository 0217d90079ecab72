import { describe, expect, it } from 'vitest';
import type { Enforcement } from '../../src/domain/enforcement.ts';
import { arrivalTimes } from '../../src/simulation/arrivals/arrival-times.ts';
import { runScenario, type Scenario } from '../../src/simulation/run-scenario.ts';
import { firstOf, simulatePlan } from '../../src/simulation/simulate-plan.ts';
import { type PlannedModule, planOf } from '../plan-of.ts';

const EAGER: Enforcement = { dispatch: 'eager', deadlines: 'slo', paced: false };

/** One module; an SLO so long that nobody is given up. */
const queue = (
  module: Partial<PlannedModule>,
  conditions: Pick<Scenario, 'arrivals' | 'rateRps' | 'requests'> & Partial<Scenario>,
): Scenario => ({
  plan: planOf(
    'queue',
    [{ name: 'm', batchSize: 1, durationMs: 10, budgetMs: 60, ...module }],
    conditions.rateRps,
  ),
  sloMs: 1e7,
  lastsMs: Number.POSITIVE_INFINITY,
  seed: 1,
  times: { kind: 'exact' },
  ...conditions,
});

const UNIFORM = { kind: 'uniform' } as const;
const POISSON = { kind: 'poisson' } as const;

describe('D/D/1', () => {
  it('below capacity nobody waits: every latency is the service time', () => {
    const { latencyMs, machines } = runScenario(
      queue({}, { arrivals: UNIFORM, rateRps: 80, requests: 5000 }),
      EAGER,
    );
    expect(latencyMs!.mean).toBeCloseTo(10, 9);
    expect(latencyMs!.max).toBeCloseTo(10, 9);
    expect(machines[0]!.busyFraction).toBeCloseTo(0.8, 3);
  });

  it('above capacity the n-th waits n·(service − gap): the mean is half of the longest', () => {
    const { latencyMs, durationMs } = runScenario(
      queue({}, { arrivals: UNIFORM, rateRps: 125, requests: 1001 }),
      EAGER,
    );
    expect(latencyMs!.max).toBeCloseTo(10 + 1000 * 2, 6);
    expect(latencyMs!.mean).toBeCloseTo(10 + 500 * 2, 6);
    expect(durationMs).toBeCloseTo(1001 * 10, 6);
  });

  it('c machines carry c times the rate without a wait', () => {
    const { latencyMs } = runScenario(
      queue({ machines: 3 }, { arrivals: UNIFORM, rateRps: 300, requests: 3000 }),
      EAGER,
    );
    expect(latencyMs!.max).toBeCloseTo(10, 6);
  });

  it('a batch of b, evenly filled: the first waits (b − 1) gaps, the last none', () => {
    const { latencyMs, modules } = runScenario(
      queue(
        { batchSize: 4, durationMs: 20, singleMs: 10 },
        { arrivals: UNIFORM, rateRps: 100, requests: 4000 },
      ),
      { dispatch: 'planned', deadlines: 'planned', paced: false },
    );
    expect(latencyMs!.max).toBeCloseTo(20 + 30, 6);
    expect(latencyMs!.mean).toBeCloseTo(20 + 15, 6);
    expect(modules[0]).toMatchObject({ meanBatch: 4, leftBecause: { full: 1000 } });
  });
});

describe('M/D/1', () => {
  // Pollaczek–Khinchine for a constant service time d: the mean wait is ρ·d / (2·(1 − ρ)).
  it.each([
    { load: 0.3, within: 0.03 },
    { load: 0.6, within: 0.03 },
    { load: 0.8, within: 0.04 },
  ])('at load $load the mean wait is what Pollaczek and Khinchine say', ({ load, within }) => {
    const { latencyMs, machines } = runScenario(
      queue({}, { arrivals: POISSON, rateRps: load * 100, requests: 200_000 }),
      EAGER,
    );
    const expectedMs = (load * 10) / (2 * (1 - load));
    expect(Math.abs((latencyMs!.mean! - 10) / expectedMs - 1)).toBeLessThan(within);
    expect(machines[0]!.busyFraction).toBeCloseTo(load, 2);
  });

  it('service that varies waits longer, by 1 + cv² (Pollaczek and Khinchine again)', () => {
    const waitMs = (times: Scenario['times']): number =>
      runScenario(queue({}, { arrivals: POISSON, rateRps: 60, requests: 200_000, times }), EAGER).latencyMs!
        .mean! - 10;
    // A normal of cv 0.3, cut at three deviations, has 0.973 of its variance.
    const ratio = waitMs({ kind: 'jitter', cv: 0.3 }) / waitMs({ kind: 'exact' });
    expect(Math.abs(ratio - (1 + 0.973 * 0.3 ** 2))).toBeLessThan(0.02);
  });
});

describe("Little's law", () => {
  it('the mean number under way is the rate times the mean time, over a pipeline that drops some', () => {
    const plan = planOf('two', [
      { name: 'a', durationMs: 30, batchSize: 4, singleMs: 12, budgetMs: 90 },
      { name: 'b', after: ['a'], durationMs: 25, batchSize: 3, singleMs: 9, budgetMs: 90 },
    ]);
    const changes: { timeMs: number; by: number }[] = [];
    let requests = 0;
    let spentMs = 0;
    const endMs = simulatePlan(
      {
        plan,
        nextSentMs: firstOf(20_000, arrivalTimes(POISSON, 110, 5)),
        times: { kind: 'exact' },
        seed: 5,
        delayMs: (sentMs) => sentMs % 7,
      },
      {
        sent: (_, timeMs) => changes.push({ timeMs, by: 1 }),
        ended: (_, timeMs, latencyMs) => {
          changes.push({ timeMs, by: -1 });
          requests += 1;
          spentMs += latencyMs;
        },
      },
    );
    changes.sort((a, b) => a.timeMs - b.timeMs);
    let underWay = 0;
    let areaMs = 0;
    for (const [index, { timeMs, by }] of changes.entries()) {
      underWay += by;
      areaMs += underWay * ((changes[index + 1]?.timeMs ?? endMs) - timeMs);
    }
    const meanUnderWay = areaMs / endMs;
    expect(requests).toBe(20_000);
    expect(meanUnderWay).toBeGreaterThan(5);
    expect(meanUnderWay).toBeCloseTo((requests / endMs) * (spentMs / requests), 6);
  });
});
