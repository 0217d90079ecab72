import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { histogram } from '../../src/load/histogram.ts';
import type { LoadShape } from '../../src/load/load-result.ts';
import { type Answer, NOT_SENT, type Sample } from '../../src/load/send-on-schedule.ts';
import { summarizeLoad } from '../../src/load/summarize-load.ts';

const shape: LoadShape = {
  url: 'http://stub',
  model: 'm',
  rateRps: 10,
  arrivals: 'uniform',
  rows: 1,
  sloMs: 50,
  seed: 1,
};

const sample = (
  outcome: string,
  { intendedMs = 1000, lagMs = 0, latencyMs = 10 } = {},
  told: Omit<Answer, 'outcome'> = {},
): Sample => ({
  intendedMs,
  sentMs: intendedMs + lagMs,
  answeredMs: intendedMs + latencyMs,
  answer: { outcome, ...told },
});

const window = { fromMs: 1000, toMs: 3000 };

test('counts every request once, by what became of it', () => {
  const result = summarizeLoad(
    shape,
    [
      sample('200'),
      sample('200', { latencyMs: 50 }),
      sample('200', { latencyMs: 50.1 }),
      sample('429'),
      sample('504'),
      sample('500'),
      sample('ECONNRESET'),
      sample('ECONNRESET'),
    ],
    window,
  );
  expect(result).toMatchObject({
    sent: 8,
    ok: 2,
    late: 1,
    shed: 1,
    expired: 1,
    failed: 3,
    failures: { 500: 1, ECONNRESET: 2 },
    attainment: 0.25,
    goodputRps: 1,
    achievedRps: 4,
    durationS: 2,
    warnings: [],
  });
});

test('leaves out warm-up and what was due after the end', () => {
  const samples = [999, 1000, 2999, 3000].map((intendedMs) => sample('200', { intendedMs }));
  expect(summarizeLoad(shape, samples, window).sent).toBe(2);
});

test('takes latency from the intended sending: a late client or a slow server cannot hide', () => {
  const { latencyMs } = summarizeLoad(shape, [sample('200', { lagMs: 30, latencyMs: 40 })], window);
  expect(latencyMs).toEqual({ mean: 40, p50: 40, p90: 40, p95: 40, p99: 40, max: 40 });
});

test('gains nothing by sending a moment early', () => {
  const { latencyMs } = summarizeLoad(shape, [sample('200', { lagMs: -0.5, latencyMs: 10 })], window);
  expect(latencyMs?.mean).toBe(10.5);
});

test('averages what the server told, over those answers that told it', () => {
  const told = [
    sample('200', {}, { batchSize: 4 }),
    sample('200', {}, { batchSize: 2, queueMs: 7 }),
    sample('200'),
  ];
  const result = summarizeLoad(shape, told, window);
  expect(result).toMatchObject({ meanBatch: 3, meanQueueMs: 7 });
  expect(result).not.toHaveProperty('meanComputeMs');
});

test('says so where the client was the limit', () => {
  const { warnings, achievedRps } = summarizeLoad(
    shape,
    [sample('200', { lagMs: 6 }), sample(NOT_SENT)],
    window,
  );
  expect(achievedRps).toBe(0.5);
  expect(warnings[0]).toMatch(/^The load generator itself was late/);
  expect(warnings[1]).toMatch(/^1 requests were not sent/);
});

test('an empty run has no latencies, and nothing that is not a number', () => {
  const result = summarizeLoad(shape, [], { fromMs: 1000, toMs: 300 });
  expect(result).toMatchObject({ sent: 0, attainment: 0, goodputRps: 0, achievedRps: 0, histogram: [] });
  expect(result).not.toHaveProperty('latencyMs');
  expect(JSON.stringify(result)).not.toContain('null');
});

describe('the histogram', () => {
  test('begins and ends with what there is', () => {
    expect(histogram([0.13, 0.3, 0.3, 0.33])).toEqual([
      { upToMs: 0.15, count: 1 },
      { upToMs: 0.18, count: 0 },
      { upToMs: 0.22, count: 0 },
      { upToMs: 0.27, count: 0 },
      { upToMs: 0.33, count: 3 },
    ]);
    expect(histogram([8.3, 22.5]).map(({ upToMs }) => upToMs)).toEqual([10, 12, 15, 18, 22, 27]);
  });

  test('holds every latency, in the bin whose edges enclose it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (latencies) => {
        const bins = histogram(latencies.toSorted((a, b) => a - b));
        bins.forEach(({ upToMs, count }, index) => {
          const aboveMs = bins[index - 1]?.upToMs ?? Number.NEGATIVE_INFINITY;
          expect(count).toBe(latencies.filter((ms) => ms > aboveMs && ms <= upToMs).length);
        });
        expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(latencies.length);
      }),
    );
  });
});
