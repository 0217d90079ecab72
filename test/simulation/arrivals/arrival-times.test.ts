import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ArrivalProcess } from '../../../src/simulation/arrivals/arrival-spec.ts';
import { arrivalTimes } from '../../../src/simulation/arrivals/arrival-times.ts';
import { first, gapsOf, meanOf, replay, spec } from './arrivals-of.ts';

const times = replay('unit=ms', { kind: 'times', timesMs: Float64Array.of(0, 0, 3.3, 1000) });
const timesAgain = replay('unit=ms,x2,speed=3,repeat', times.recording);
const counts = replay('every=0.1', {
  kind: 'counts',
  counts: Float64Array.of(0, 7, 0.4, 3),
  intervalMs: 100,
});
const countsAgain = replay('every=0.1,spread=even,x0.7,repeat', counts.recording);

const PROCESSES: [string, ArrivalProcess][] = [
  ...[
    'uniform',
    'poisson',
    'gamma:0.3',
    'gamma:3',
    'burst:4',
    'burst:3/gamma:2',
    'steps:10@0.1,0@0.3,1.7@0.7/uniform',
    'steps:x3@0.1,x0.2@1',
  ].map((text): [string, ArrivalProcess] => [text, spec(text)]),
  ['a trace of times', times],
  ['a trace of times again and again', timesAgain],
  ['a trace of counts', counts],
  ['a trace of counts again and again', countsAgain],
];

describe.each(PROCESSES)('%s', (_, process) => {
  test('times never fall, and the same seed gives the same', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), fc.integer(), (rateRps, seed) => {
        const times = first(60, arrivalTimes(process, rateRps, seed));
        expect(times[0]).toBeGreaterThanOrEqual(0);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        expect(times).toEqual(first(60, arrivalTimes(process, rateRps, seed)));
      }),
    );
  });
});

test.each(['poisson', 'gamma:2', 'burst:2/poisson', 'steps:5@1'])(
  'another seed gives other times: %s',
  (text) => {
    expect(first(5, arrivalTimes(spec(text), 1, 1))).not.toEqual(first(5, arrivalTimes(spec(text), 1, 2)));
  },
);

test('uniform arrivals are evenly spaced from 0 on, and do not drift', () => {
  const times = first(1_000_001, arrivalTimes(spec('uniform'), 3, 1));
  expect(times.slice(0, 4)).toEqual([0, 1000 / 3, 2000 / 3, 1000]);
  expect(times.at(-1)).toBe(1e9 / 3);
});

describe('gaps of 100,000 arrivals at 200/s', () => {
  const gaps = (text: string) => gapsOf(first(100_001, arrivalTimes(spec(text), 200, 7)));

  test.each([
    ['poisson', 1],
    ['gamma:0.1', 0.1],
    ['gamma:0.5', 0.5],
    ['gamma:0.999', 0.999],
    ['gamma:1.5', 1.5],
    ['gamma:4', 4],
  ])('%s keep the rate and have their coefficient of variation', (text, cv) => {
    const gapsMs = gaps(text);
    const meanMs = meanOf(gapsMs);
    const deviationMs = Math.sqrt(meanOf(gapsMs.map((gap) => (gap - meanMs) ** 2)));
    // Five standard errors of each, for gamma distributed gaps.
    const errorOf = (share: number) => (5 * share) / Math.sqrt(gapsMs.length);
    expect(Math.abs(meanMs / 5 - 1)).toBeLessThan(errorOf(cv));
    expect(Math.abs(deviationMs / meanMs / cv - 1)).toBeLessThan(
      errorOf(0.5 * Math.sqrt(2 + 6 * cv ** 2) + cv),
    );
  });

  test.each<[string, string, (means: number) => number]>([
    ['poisson', 'exponential', (x) => Math.exp(-x)],
    ['gamma:1', 'exponential', (x) => Math.exp(-x)],
    [`gamma:${Math.SQRT1_2}`, 'the sum of two exponential ones', (x) => Math.exp(-2 * x) * (1 + 2 * x)],
    // Of a normal's square: the shares beyond 1, √2, 2 and 3 standard deviations, from a table.
    [`gamma:${Math.SQRT2}`, "a normal's square", (x) => ({ 1: 0.3173, 2: 0.1573, 4: 0.0455, 9: 0.0027 })[x]!],
  ])('%s are distributed as %s', (text, _, longerThan) => {
    const gapsMs = gaps(text);
    for (const means of [1, 2, 4, 9]) {
      const share = gapsMs.filter((gap) => gap > 5 * means).length / gapsMs.length;
      expect(share).toBeCloseTo(longerThan(means), 2);
    }
  });

  test('of random bursts are 0 within a burst, and random between bursts', () => {
    const gapsMs = gaps('burst:4/poisson');
    expect(gapsMs.filter((gap) => gap === 0)).toHaveLength(75_000);
    const between = gapsMs.filter((gap) => gap > 0);
    expect(Math.abs(meanOf(between) / 20 - 1)).toBeLessThan(5 / Math.sqrt(25_000));
    expect(between.filter((gap) => gap > 20).length / 25_000).toBeCloseTo(Math.exp(-1), 1);
  });
});

test('bursts come at once, evenly spaced, at the rate', () => {
  expect(first(7, arrivalTimes(spec('burst:3'), 30, 1))).toEqual([0, 0, 0, 100, 100, 100, 200]);
});

describe('steps', () => {
  test('take turns, each at its own rate; while it is 0 nothing arrives', () => {
    const times = first(8, arrivalTimes(spec('steps:2@1,0@1,4@1/uniform'), 99, 1));
    expect(times).toEqual([0, 500, 2000, 2250, 2500, 2750, 3000, 3500]);
  });

  test('may multiply the rate asked for: bursts of requests, and silence', () => {
    expect(first(5, arrivalTimes(spec('steps:x2@1,x0@2/uniform'), 1.5, 1))).toEqual([
      0,
      1000 / 3,
      2000 / 3,
      3000,
      3000 + 1000 / 3,
    ]);
  });

  test('carry what is left of a gap into the next rate', () => {
    expect(first(5, arrivalTimes(spec('steps:0.5@1,1@1/uniform'), 1, 1))).toEqual([
      0, 1500, 3000, 4000, 5500,
    ]);
  });

  test('do not drift, however many turns they take', () => {
    const times = first(300_001, arrivalTimes(spec('steps:0.1@10,0.2@10/uniform'), 1, 1));
    expect(times.at(-1)).toBe(100_000 * 20_000);
  });

  test('of random arrivals have as many as their rate says, random as Poisson says', () => {
    const perSecond = countsPerSecond(first(30_000, arrivalTimes(spec('steps:10@1,20@1'), 1, 3)), 1800);
    for (const [turn, rateRps] of [
      [0, 10],
      [1, 20],
    ] as const) {
      const counts = perSecond.filter((_, second) => second % 2 === turn);
      const mean = meanOf(counts);
      expect(Math.abs(mean - rateRps)).toBeLessThan(5 * Math.sqrt(rateRps / counts.length));
      const variance = meanOf(counts.map((count) => (count - mean) ** 2));
      expect(Math.abs(variance / mean - 1)).toBeLessThan(5 * Math.sqrt(2 / counts.length));
    }
  });
});

const countsPerSecond = (timesMs: readonly number[], seconds: number): number[] => {
  const counts = Array<number>(seconds).fill(0);
  for (const ms of timesMs) if (ms < seconds * 1000) counts[Math.floor(ms / 1000)]!++;
  return counts;
};
