import { describe, expect, test } from 'vitest';
import type { SweptPoint } from '../../src/profiling/build-profile.ts';
import type { PointOutcome } from '../../src/profiling/measure-point.ts';
import { nextConfig, predictUnmeasured, type SweepOrders } from '../../src/profiling/next-config.ts';
import { measured, skipped } from './a-profile.ts';

const GRID = [1, 2].flatMap((cores) => [1, 2, 4, 8, 16, 32].map((batchSize) => ({ cores, batchSize })));
const CHOSEN: SweepOrders = { exhaustive: false, wanted: [] };

function at(cores: number, batchSize: number, stable = true): SweptPoint {
  const ms = (8 * batchSize) / cores + 1;
  const spreadMs = { mean: ms / 50, p50: ms / 50, p95: ms / 25, p99: ms / 10 };
  const outcome = { ...measured(ms, stable), spreadMs } as PointOutcome;
  return { config: { cores, batchSize }, outcome };
}

/** Measures what comes next until nothing does. */
function sweepAll(orders: SweepOrders, kept: readonly SweptPoint[] = []) {
  const swept: SweptPoint[] = [];
  const state = { grid: GRID, kept, swept, statistic: 'p95' } as const;
  for (let next = nextConfig(state, orders); next; next = nextConfig(state, orders)) {
    swept.push(at(next.cores, next.batchSize));
  }
  return { swept, state };
}

describe('the points of a sweep', () => {
  test('all of them, in the order of the grid, where that is asked for', () => {
    expect(sweepAll({ ...CHOSEN, exhaustive: true }).swept.map(({ config }) => config)).toEqual(GRID);
  });

  test('otherwise fewer, and the others are predicted, each figure with what it may be off by', () => {
    const { swept, state } = sweepAll(CHOSEN);
    const rest = predictUnmeasured(state);
    expect(swept.length).toBeLessThan(GRID.length);
    expect(swept.length + rest.length).toBe(GRID.length);
    for (const { config, durationMs, spreadMs } of rest) {
      const p50 = (8 * config.batchSize) / config.cores + 1;
      expect(Math.abs(durationMs.p50 - p50)).toBeLessThan(spreadMs.p50);
      expect(durationMs.p95 / p50).toBeCloseTo(2, 0);
      expect(durationMs.p99 / p50).toBeCloseTo(3, 0);
    }
  });

  test('a point that was measured while the machine was slower tells of the others what it would have at its usual speed', () => {
    const [slow, ...others] = GRID.filter(({ batchSize }) => batchSize !== 8).map(
      ({ cores, batchSize }) => at(cores, batchSize).config,
    );
    const kept = (slower: number): SweptPoint[] =>
      [slow!, ...others].map((config) => {
        const { outcome } = at(config.cores, config.batchSize);
        if (outcome.kind !== 'measured') throw new Error('skipped');
        const { p50, p95, p99, mean, ...rest } = outcome.latencyMs;
        const factor = config === slow ? slower : 1;
        const latencyMs = {
          ...rest,
          p50: p50 * factor,
          p95: p95 * factor,
          p99: p99 * factor,
          mean: mean * factor,
        };
        return { config, outcome: { ...outcome, latencyMs, yardstickMs: 0.3 * factor } };
      });
    const predict = (slower: number) => predictUnmeasured({ grid: GRID, kept: kept(slower), swept: [] });
    for (const [index, { durationMs }] of predict(1.5).entries()) {
      expect(durationMs.p50).toBeCloseTo(predict(1)[index]!.durationMs.p50, 1);
    }
  });

  test('what was wanted is measured in any case', () => {
    const wanted = [1, 2].map((cores) => ({ cores, batchSize: 2 }));
    const { swept } = sweepAll({ ...CHOSEN, wanted: [...wanted, { cores: 64, batchSize: 2 }] });
    expect(swept.slice(0, 2).map(({ config }) => config)).toEqual(wanted);
  });

  test('what an earlier run measured is not measured again, but what did not settle is, once', () => {
    const { swept } = sweepAll(CHOSEN, [at(1, 1), at(1, 32), at(2, 1, false), at(2, 32)]);
    const configs = swept.map(({ config }) => `${config.batchSize} on ${config.cores}`);
    expect(configs[0]).toBe('1 on 2');
    expect(configs).not.toContain('1 on 1');
    expect(new Set(configs).size).toBe(configs.length);
  });

  test('points of an older version, which states no spread, tell the others too', () => {
    const older = GRID.slice(0, 11).map(({ cores, batchSize }): SweptPoint => {
      const { config, outcome } = at(cores, batchSize);
      return { config, outcome: { ...outcome, spreadMs: undefined } as unknown as SweptPoint['outcome'] };
    });
    expect(predictUnmeasured({ grid: GRID, kept: older, swept: [] })).toHaveLength(1);
  });

  test('nothing is predicted beyond a size that failed', () => {
    const failed: SweptPoint = { config: { cores: 1, batchSize: 8 }, outcome: skipped('no memory') };
    const rest = predictUnmeasured({ grid: GRID, kept: [at(1, 1), at(1, 4)], swept: [failed] });
    expect(Math.max(...rest.map(({ config }) => config.batchSize))).toBe(4);
  });
});
