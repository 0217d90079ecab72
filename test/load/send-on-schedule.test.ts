import { expect, test } from 'vitest';
import type { Pace } from '../../src/load/pace.ts';
import { type Answer, NOT_SENT, type Schedule, sendOnSchedule } from '../../src/load/send-on-schedule.ts';

/** So many requests, all of them due at once. */
function allAtOnce(count: number): Pace {
  let sent = 0;
  return () => (sent++ < count ? { intendedMs: 0, waitMs: 0 } : undefined);
}

const run = (schedule: Partial<Schedule>) =>
  sendOnSchedule({
    pace: allAtOnce(10),
    send: async () => ({ outcome: '200' }),
    giveUp: () => {},
    maxInFlight: 100,
    graceMs: 10_000,
    signal: new AbortController().signal,
    ...schedule,
  });

/** Requests that stay unanswered until they are told how it ends. */
function unanswered(): { send: () => Promise<Answer>; end: (outcome: string) => void } {
  const waiting: ((answer: Answer) => void)[] = [];
  return {
    send: () => new Promise((resolve) => waiting.push(resolve)),
    end: (outcome) => {
      for (const resolve of waiting) resolve({ outcome });
    },
  };
}

const outcomes = ({ samples }: Awaited<ReturnType<typeof run>>) =>
  samples.map(({ answer }) => answer.outcome);

test('every request is sent once and its answer kept', async () => {
  const indices: number[] = [];
  const result = await run({
    send: async (index) => {
      indices.push(index);
      return { outcome: '200' };
    },
  });
  expect(indices).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(outcomes(result)).toEqual(Array(10).fill('200'));
});

test('no more than the limit are under way: the others are counted as not sent', async () => {
  const { send, end } = unanswered();
  const result = await run({ send, maxInFlight: 4, giveUp: () => end('ECONNRESET'), graceMs: 1 });
  expect(outcomes(result)).toEqual([...Array(6).fill(NOT_SENT), ...Array(4).fill('ECONNRESET')]);
});

test('an abort ends the sending, even of one that is behind, and waits for what is under way', async () => {
  const interrupt = new AbortController();
  setImmediate(() => interrupt.abort());
  const result = await run({
    pace: allAtOnce(Number.POSITIVE_INFINITY),
    maxInFlight: 1e9,
    signal: interrupt.signal,
  });
  expect(result.samples.length).toBeLessThan(1000);
});

test('an abort ends the waiting for the next request', async () => {
  const interrupt = new AbortController();
  setImmediate(() => interrupt.abort());
  const result = await run({ pace: () => ({ intendedMs: 1e6, waitMs: 1e6 }), signal: interrupt.signal });
  expect(result.samples).toEqual([]);
});
