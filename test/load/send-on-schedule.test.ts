import { expect, test } from 'vitest';
import type { Answer, Outcome } from '../../src/load/infer-client.ts';
import type { Pace } from '../../src/load/pace.ts';
import {
  NOT_SENT,
  type Sample,
  type Schedule,
  sendOnSchedule,
  UNANSWERED,
} from '../../src/load/send-on-schedule.ts';

/** So many requests, all of them due at once. */
function allAtOnce(count: number): Pace {
  let sent = 0;
  return () => (sent++ < count ? { intendedMs: 0, dueMs: 0, waitMs: 0 } : undefined);
}

const answer = (outcome: Outcome): Answer => ({ outcome, atMs: performance.now() });

async function run(schedule: Partial<Schedule>): Promise<Sample[]> {
  const samples: Sample[] = [];
  await sendOnSchedule({
    pace: allAtOnce(10),
    send: async () => answer('answered'),
    sloMs: 100,
    onSample: (sample) => samples.push(sample),
    giveUp: () => {},
    maxInFlight: 100,
    graceMs: 10_000,
    signal: new AbortController().signal,
    ...schedule,
  });
  return samples;
}

/** Requests that stay unanswered until they are told how it ends. */
function unanswered(): { send: () => Promise<Answer>; end: (outcome: Outcome) => void } {
  const waiting: ((answer: Answer) => void)[] = [];
  return {
    send: () => new Promise((resolve) => waiting.push(resolve)),
    end: (outcome) => {
      for (const resolve of waiting) resolve(answer(outcome));
    },
  };
}

const outcomes = (samples: readonly Sample[]) =>
  samples.map(({ answer: { outcome, reason } }) => reason ?? outcome);

test('every request is sent once and its answer kept', async () => {
  const indices: number[] = [];
  const result = await run({
    send: async (index) => {
      indices.push(index);
      return answer('answered');
    },
  });
  expect(indices).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(outcomes(result)).toEqual(Array(10).fill('answered'));
});

test('no more than the limit are under way: the others are counted as not sent', async () => {
  const { send, end } = unanswered();
  const result = await run({ send, maxInFlight: 4, giveUp: () => end('failed'), graceMs: 1 });
  expect(outcomes(result)).toEqual([...Array(6).fill(NOT_SENT), ...Array(4).fill(UNANSWERED)]);
});

test('an abort ends the sending, even of one that is behind, and waits for what is under way', async () => {
  const interrupt = new AbortController();
  setImmediate(() => interrupt.abort());
  const result = await run({
    pace: allAtOnce(Number.POSITIVE_INFINITY),
    maxInFlight: 1e9,
    signal: interrupt.signal,
  });
  expect(result.length).toBeLessThan(1000);
});

test('an abort ends the waiting for the next request', async () => {
  const interrupt = new AbortController();
  setImmediate(() => interrupt.abort());
  const result = await run({
    pace: () => ({ intendedMs: 1e6, dueMs: 1e6, waitMs: 1e6 }),
    signal: interrupt.signal,
  });
  expect(result).toEqual([]);
});

test('what the network took is missing from the limit that the server is told, down to the least there is', async () => {
  const steps = [0, 30, 100, 250].values();
  const limits: number[] = [];
  await run({
    pace: () => {
      const { value } = steps.next();
      return value === undefined ? undefined : { intendedMs: 0, dueMs: value, waitMs: 0 };
    },
    send: async (_, limitMs) => {
      limits.push(limitMs);
      return answer('answered');
    },
  });
  expect(limits).toEqual([100, 70, 0.001, 0.001]);
});
