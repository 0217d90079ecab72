import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoadShape } from '../../src/domain/load.ts';
import { histogram } from '../../src/load/histogram.ts';
import { LoadRecord } from '../../src/load/load-record.ts';
import { NOT_SENT, type Sample } from '../../src/load/send-on-schedule.ts';
import { LogHistogram } from '../../src/numeric/log-histogram.ts';

const shape: LoadShape = {
  url: 'http://stub',
  protocol: 'rest-binary',
  model: 'm',
  rateRps: 10,
  arrivals: 'uniform',
  rows: 1,
  sloMs: 50,
  seed: 1,
};

type Ended = Sample['answer'];

const sample = (
  answer: Ended,
  { intendedMs = 1000, networkMs = 0, lagMs = 0, latencyMs = 10 } = {},
): Sample => ({
  intendedMs,
  dueMs: intendedMs + networkMs,
  sentMs: intendedMs + networkMs + lagMs,
  answeredMs: intendedMs + latencyMs,
  answer,
});

const ANSWERED: Ended = { outcome: 'answered' };
const failed = (reason: string, message?: string): Ended => ({
  outcome: 'failed',
  reason,
  ...(message && { message }),
});

function summarize(samples: readonly Sample[], { endMs = 3000, busyFraction = 0.5 } = {}) {
  const record = new LoadRecord(shape.sloMs, { fromMs: 1000, toMs: 3000 });
  for (const each of samples) record.add(each);
  return record.summarize(shape, endMs, busyFraction);
}

/** To half a per mille, as the histogram has it. */
const about = (ms: number) =>
  expect.toSatisfy((seen: number) => Math.abs(seen / ms - 1) < 6e-4, `about ${ms}`);

test('counts every request once, by what became of it', () => {
  const result = summarize([
    sample(ANSWERED),
    sample(ANSWERED, { latencyMs: 50 }),
    sample(ANSWERED, { latencyMs: 50.1 }),
    sample({ outcome: 'shed' }),
    sample({ outcome: 'expired' }),
    sample(failed('500', 'it broke')),
    sample(failed('ECONNRESET')),
    sample(failed('ECONNRESET')),
  ]);
  expect(result).toMatchObject({
    sent: 8,
    served: 2,
    late: 1,
    shed: 1,
    expired: 1,
    failed: 3,
    failures: { 500: 1, ECONNRESET: 2 },
    failureMessages: { 500: 'it broke' },
    attainment: 0.25,
    goodputRps: 1,
    achievedRps: 4,
    intendedRps: 4,
    clientWasLimit: false,
    durationS: 2,
    warnings: [],
  });
});

test('leaves out warm-up and what was due after the end', () => {
  const samples = [999, 1000, 2999, 3000].map((intendedMs) => sample(ANSWERED, { intendedMs }));
  expect(summarize(samples).sent).toBe(2);
});

test('takes latency from the intended sending: a late client or a slow server cannot hide', () => {
  const { latencyMs } = summarize([sample(ANSWERED, { lagMs: 30, latencyMs: 40 })]);
  expect(latencyMs).toMatchObject({ mean: 40, p50: about(40), p999: about(40), max: 40 });
});

test('what a network took counts, and is told; its requests are not late for it', () => {
  const behind = sample(ANSWERED, { networkMs: 20, latencyMs: 45 });
  const record = new LoadRecord(50, { fromMs: 0, toMs: 3000 });
  record.add(behind);
  const network = { trace: 'bus.log', requestBytes: 1000 };
  const result = record.summarize({ ...shape, network }, 3000, 0.1);
  expect(result).toMatchObject({
    served: 1,
    meanNetworkMs: 20,
    clientLagMs: { p99: 0 },
    latencyMs: { mean: 45 },
  });
});

test('tells the tail: the slowest in a thousand are beyond p99.9', () => {
  const samples = Array.from({ length: 2000 }, (_, index) =>
    sample(ANSWERED, { latencyMs: index < 3 ? 400 : 10 }),
  );
  expect(summarize(samples).latencyMs).toMatchObject({ p99: about(10), p999: about(400), max: 400 });
});

test('gains nothing by sending a moment early', () => {
  const { latencyMs } = summarize([sample(ANSWERED, { lagMs: -0.5, latencyMs: 10 })]);
  expect(latencyMs?.mean).toBe(10.5);
});

test('averages what the server told, over those answers that told it', () => {
  const told = [
    sample({ ...ANSWERED, batchSize: 4 }),
    sample({ ...ANSWERED, batchSize: 2, queueMs: 7 }),
    sample(ANSWERED),
  ];
  const result = summarize(told);
  expect(result).toMatchObject({ meanBatch: 2 / (1 / 4 + 1 / 2), meanQueueMs: 7 });
  expect(result).not.toHaveProperty('meanComputeMs');
});

test('too many unanswered is said, and is no fault of the client', () => {
  const result = summarize([sample(ANSWERED), sample(failed(NOT_SENT))]);
  expect(result).toMatchObject({ achievedRps: 0.5, intendedRps: 1, clientWasLimit: false });
  expect(result.warnings).toEqual([expect.stringMatching(/^1 requests were not sent/)]);
});

test.each<[string, Sample[], number, RegExp | undefined]>([
  ['left late', [sample(ANSWERED, { lagMs: 6 })], 0.5, /left more than 6\.0 ms after their time/],
  [
    'left after the end',
    [sample(ANSWERED), sample(ANSWERED, { intendedMs: 2990, lagMs: 11 })],
    0.5,
    /only 50\.0 % of what was due left in time/,
  ],
  ['never idle', [sample(ANSWERED)], 0.97, /it computed 97 % of the time/],
  ['as late as timers are', [sample(ANSWERED, { lagMs: 2 })], 0.5, undefined],
])('the client was the limit: %s', (_, samples, busyFraction, warning) => {
  const { warnings, clientWasLimit } = summarize(samples, { busyFraction });
  expect(clientWasLimit).toBe(warning !== undefined);
  expect(warnings).toEqual(warning ? [expect.stringMatching(warning)] : []);
});

test('an empty run has no latencies, and nothing that is not a number', () => {
  const result = summarize([], { endMs: 300 });
  expect(result).toMatchObject({ sent: 0, attainment: 0, goodputRps: 0, achievedRps: 0, histogram: [] });
  expect(result).not.toHaveProperty('latencyMs');
  expect(JSON.stringify(result)).not.toContain('null');
});

describe('the histogram', () => {
  const binsOf = (latencies: readonly number[]) => {
    const counted = new LogHistogram();
    for (const ms of latencies) counted.add(ms);
    return histogram(counted);
  };

  test('begins and ends with what there is', () => {
    expect(binsOf([0.13, 0.3, 0.3, 0.33])).toEqual([
      { upToMs: 0.15, count: 1 },
      { upToMs: 0.18, count: 0 },
      { upToMs: 0.22, count: 0 },
      { upToMs: 0.27, count: 0 },
      { upToMs: 0.33, count: 3 },
    ]);
    expect(binsOf([8.3, 22.5]).map(({ upToMs }) => upToMs)).toEqual([10, 12, 15, 18, 22, 27]);
  });

  test('holds every latency, in the bin whose edges enclose it to a per mille', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (latencies) => {
        const upTo = (edgeMs: number) => latencies.filter((ms) => ms <= edgeMs).length;
        let counted = 0;
        for (const { upToMs, count } of binsOf(latencies)) {
          counted += count;
          expect(counted).toBeGreaterThanOrEqual(upTo(upToMs));
          expect(counted).toBeLessThanOrEqual(upTo(upToMs * 1.001));
        }
        expect(counted).toBe(latencies.length);
      }),
    );
  });
});

test('tells of every module what it ran, and of all the mean batch that a plan tells: tasks over batches', () => {
  const detect = { name: 'detect', tasks: 1, batchSize: 1, computeMs: 8 };
  const read = { name: 'read', tasks: 4, batchSize: 4, computeMs: 2 };
  const { meanBatch, modules } = summarize([
    sample({ ...ANSWERED, batchSize: 4, computeMs: 10, modules: [detect, read] }),
    sample({ ...ANSWERED, batchSize: 1, computeMs: 16, modules: [{ ...detect, computeMs: 16 }] }),
  ]);
  // Six tasks in three batches, although the last batch of one request had four.
  expect(meanBatch).toBe(2);
  expect(modules).toEqual([
    { name: 'detect', tasks: 2, meanBatch: 1, meanComputeMs: 12 },
    { name: 'read', tasks: 4, meanBatch: 4, meanComputeMs: 2 },
  ]);
});
