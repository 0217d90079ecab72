import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoadTimeline } from '../../src/load/load-timeline.ts';
import { NOT_SENT, type Sample, type Window } from '../../src/load/send-on-schedule.ts';

type Ended = Sample['answer'];

const answered = (batchSize?: number): Ended => ({
  outcome: 'answered',
  ...(batchSize !== undefined && { batchSize }),
});
const notSent: Ended = { outcome: 'failed', reason: NOT_SENT };

const sample = (intendedMs: number, latencyMs: number, answer: Ended): Sample => ({
  intendedMs,
  dueMs: intendedMs,
  sentMs: intendedMs,
  answeredMs: intendedMs + latencyMs,
  answer,
});

function timelineOf(samples: readonly Sample[], window: Window, endMs = window.toMs) {
  const timeline = new LoadTimeline(50, window);
  for (const each of samples) timeline.add(each);
  return timeline.intervals(endMs);
}

/** To half a per cent, as intervals have it. */
const about = (ms: number) =>
  expect.toSatisfy((seen: number) => Math.abs(seen / ms - 1) < 5.1e-3, `about ${ms}`);

test('every second tells what became of the requests that were due in it, and what was open at its end', () => {
  const samples = [
    sample(1000, 10, answered(2)),
    sample(1500, 60, answered(4)),
    sample(1990, 20, answered()),
    sample(2500, 700, { outcome: 'expired' }),
    sample(2600, 1, { outcome: 'shed' }),
    sample(2700, 0, notSent),
  ];
  expect(timelineOf(samples, { fromMs: 1000, toMs: 4000 })).toEqual([
    {
      timeMs: 0,
      sent: 3,
      served: 2,
      late: 1,
      shed: 0,
      expired: 0,
      failed: 0,
      p50Ms: about(20),
      maxMs: 60,
      meanBatch: 2 / (1 / 2 + 1 / 4),
      unanswered: 1,
    },
    { timeMs: 1000, sent: 3, served: 0, late: 0, shed: 1, expired: 1, failed: 1, unanswered: 1 },
    { timeMs: 2000, sent: 0, served: 0, late: 0, shed: 0, expired: 0, failed: 0, unanswered: 0 },
  ]);
});

test('a run that was ended early has no intervals after its end, whatever was answered then', () => {
  const samples = [sample(0, 10, answered()), sample(1500, 3000, answered())];
  const timeline = timelineOf(samples, { fromMs: 0, toMs: 60_000 }, 1600);
  expect(timeline.map(({ timeMs, sent, unanswered }) => ({ timeMs, sent, unanswered }))).toEqual([
    { timeMs: 0, sent: 1, unanswered: 0 },
    { timeMs: 1000, sent: 1, unanswered: 1 },
  ]);
});

test('a latency counts from the intended sending, and not less where a request left early', () => {
  const late = { ...sample(0, 40, answered()), sentMs: 30 };
  const early = { ...sample(1000, 40, answered()), sentMs: 990 };
  expect(timelineOf([late, early], { fromMs: 0, toMs: 2000 }).map(({ maxMs }) => maxMs)).toEqual([40, 50]);
});

test('there is no timeline without requests', () => {
  expect(timelineOf([], { fromMs: 0, toMs: 5000 })).toEqual([]);
});

test('no request is lost or counted twice, however long the run', () => {
  const sampled = fc.record({
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    latencyMs: fc.nat(5000),
    answer: fc.constantFrom<Ended>(
      answered(),
      { outcome: 'shed' },
      { outcome: 'expired' },
      { outcome: 'failed', reason: '500' },
      notSent,
    ),
  });
  fc.assert(
    fc.property(fc.array(sampled), fc.integer({ min: 1, max: 3_600_000 }), (all, lengthMs) => {
      const samples = all.map(({ at, latencyMs, answer }) => sample(7 + at * lengthMs, latencyMs, answer));
      const inside = samples.filter(({ intendedMs }) => intendedMs < 7 + lengthMs);
      const timeline = timelineOf(inside, { fromMs: 7, toMs: 7 + lengthMs });
      expect(timeline.length).toBeLessThanOrEqual(240);
      expect(timeline.reduce((sum, { sent }) => sum + sent, 0)).toBe(inside.length);
      if (inside.length > 0) {
        const [{ timeMs: stepMs } = { timeMs: 1000 }] = timeline.slice(1);
        expect(timeline.length).toBe(Math.ceil(lengthMs / stepMs));
      }
      for (const { sent, served, late, shed, expired, failed, unanswered } of timeline) {
        expect(served + late + shed + expired + failed).toBe(sent);
        expect(unanswered).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
