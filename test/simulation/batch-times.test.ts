import { describe, expect, it, test } from 'vitest';
import { seededRandom } from '../../src/numeric/prng.ts';
import { quantile } from '../../src/numeric/quantile.ts';
import { plannedWorkers } from '../../src/policy/configure-policy.ts';
import {
  assertMeasured,
  type BatchTimes,
  batchTimes,
  parseBatchTimes,
} from '../../src/simulation/batch-times.ts';
import { planOf } from '../plan-of.ts';

const SPREAD = { min: 9, p50: 10, p95: 12, p99: 15, max: 30 };

const made = planOf('app', [{ name: 'm', batchSize: 4, durationMs: 12, singleMs: 6 }]);
const measured = {
  ...made,
  modules: made.modules.map((module) => ({
    ...module,
    serviceTimes: module.serviceTimes.map((time) =>
      time.batchSize === 4 ? { ...time, latencyMs: SPREAD } : time,
    ),
  })),
};

function draws(times: BatchTimes, size: number): Float64Array {
  const batchMs = batchTimes(measured, plannedWorkers(measured), times, seededRandom(8));
  return Float64Array.from({ length: 100_000 }, () => batchMs(0, size)).sort();
}

describe('batch times', () => {
  it('measured ones have the quantiles that were measured, and nothing beyond', () => {
    const sorted = draws({ kind: 'measured' }, 4);
    expect(quantile(sorted, 0.5)).toBeCloseTo(SPREAD.p50, 1);
    expect(quantile(sorted, 0.95)).toBeCloseTo(SPREAD.p95, 1);
    expect(Math.abs(quantile(sorted, 0.99) - SPREAD.p99)).toBeLessThan(0.5);
    expect(sorted[0]).toBeGreaterThanOrEqual(SPREAD.min);
    expect(sorted.at(-1)).toBeLessThanOrEqual(SPREAD.max);
  });

  it('a size that was not measured is spread as the next larger one that was', () => {
    expect(quantile(draws({ kind: 'measured' }, 1), 0.5)).toBeCloseTo((6 * SPREAD.p50) / 12, 1);
  });

  it('jitter keeps the mean, has the deviation asked for, and stays within three of them', () => {
    const sorted = draws({ kind: 'jitter', cv: 0.1 }, 4);
    const mean = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
    const deviation = Math.sqrt(sorted.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / sorted.length);
    expect(mean).toBeCloseTo(12, 1);
    expect(deviation).toBeCloseTo(1.2, 1);
    expect(sorted[0]).toBeGreaterThanOrEqual(12 * 0.7 - 1e-9);
    expect(sorted.at(-1)).toBeLessThanOrEqual(12 * 1.3 + 1e-9);
  });

  it('exact ones are the planned durations', () => {
    expect(new Set(draws({ kind: 'exact' }, 4))).toEqual(new Set([12]));
  });

  it('a plan without a measured spread says so', () => {
    expect(() => assertMeasured(measured, plannedWorkers(measured))).not.toThrow();
    expect(() => assertMeasured(made, plannedWorkers(made))).toThrow('module m on local: no measured spread');
  });
});

test.each([
  { text: 'exact', times: { kind: 'exact' } },
  { text: 'measured', times: { kind: 'measured' } },
  { text: 'jitter:0.05', times: { kind: 'jitter', cv: 0.05 } },
])('"$text" is understood', ({ text, times }) => expect(parseBatchTimes(text)).toEqual(times));

test.each(['', 'jitter', 'jitter:', 'jitter:0', 'jitter:-1', 'jitter:2', 'jitter:x', 'Exact'])(
  '"%s" is refused',
  (text) => expect(() => parseBatchTimes(text)).toThrow('--service-times: invalid value'),
);
