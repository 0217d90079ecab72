import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Recording } from '../../../src/domain/recording.ts';
import { arrivalTimes } from '../../../src/simulation/arrivals/arrival-times.ts';
import {
  arrivalsLastMs,
  meanRateRps,
  ownRateRps,
} from '../../../src/simulation/arrivals/curve-of-arrivals.ts';
import { first, meanOf, replay, spec } from './arrivals-of.ts';

const END = Number.POSITIVE_INFINITY;

const times = (...timesMs: number[]): Recording => ({ kind: 'times', timesMs: Float64Array.from(timesMs) });
const perSecond = (...counts: number[]): Recording => ({
  kind: 'counts',
  counts: Float64Array.from(counts),
  intervalMs: 1000,
});

/** At the rate that is asked for, or else its own. */
const replayed = (options: string, recording: Recording, rateRps?: number, seed = 1): (() => number) => {
  const process = replay(options, recording);
  return arrivalTimes(process, rateRps ?? ownRateRps(process)!, seed);
};

describe('a trace of times: 5 requests in 1 s, at 4/s', () => {
  const recording = times(5000, 5100, 5100, 5350, 6000);

  test.each<[string, string, number | undefined, number[]]>([
    ['starts at 0 and ends', '', undefined, [0, 100, 100, 350, 1000, END, END]],
    ['goes faster to reach a rate', '', 8, [0, 50, 50, 175, 500, END]],
    ['has a multiple of its rate instead', 'x0.5', 8, [0, 200, 200, 700, 2000, END]],
    ['goes faster by itself', 'speed=2', undefined, [0, 50, 50, 175, 500, END]],
    ['is repeated after a mean gap', 'repeat', undefined, [0, 100, 100, 350, 1000, 1250, 1350]],
    [
      'has more requests, between the others, at its own speed',
      'speed=1,x2',
      undefined,
      [0, 50, 100, 100, 100, 225, 350, 675, 1000, 1125, END],
    ],
    ['has fewer requests, at its own speed', 'speed=1', 2, [0, 100, 1000, END]],
  ])('%s', (_, options, rateRps, expected) => {
    const seen = first(expected.length, replayed(options, recording, rateRps));
    expect(seen.map((ms) => Math.round(ms * 1e6) / 1e6)).toEqual(expected);
  });

  test('gives exactly the times that are in it', () => {
    const ascending = fc
      .array(
        fc.integer({ min: 0, max: 1e10 }).map((us) => us / 1000),
        { minLength: 2, maxLength: 50 },
      )
      .map((list) => [0, ...list].sort((a, b) => a - b))
      .filter((list) => list.at(-1)! > list[0]!);
    fc.assert(
      fc.property(ascending, (list) => {
        expect(first(list.length + 1, replayed('', times(...list)))).toEqual([...list, END]);
      }),
    );
  });

  test('has all its requests, no more and no fewer, at any speed and rate', () => {
    const factor = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(factor, factor, (speed, rateRps) => {
        for (const next of [
          replayed(`speed=${speed}`, recording),
          replayed(`x${speed},speed=${speed}`, recording),
          replayed('', recording, rateRps),
        ]) {
          expect(first(6, next).filter(Number.isFinite)).toHaveLength(5);
        }
      }),
    );
  });
});

describe('a trace of counts: 2, 0 and 4 requests in 1 s each', () => {
  const recording = perSecond(2, 0, 4);

  test.each<[string, string, number | undefined, number[]]>([
    ['spreads them evenly', '', undefined, [0, 500, 2000, 2250, 2500, 2750, END, END]],
    ['goes faster', 'speed=10', undefined, [0, 50, 200, 225, 250, 275, END]],
    ['has as many as a rate asks for', '', 1, [0, 2000, 2500, END]],
    [
      'has a multiple of its requests instead',
      'x2',
      1,
      [0, 250, 500, 750, 2000, 2125, 2250, 2375, 2500, 2625, 2750, 2875, END],
    ],
    ['is repeated', 'repeat', undefined, [0, 500, 2000, 2250, 2500, 2750, 3000, 3500, 5000]],
  ])('%s', (_, options, rateRps, expected) => {
    const next = replayed(`every=1,spread=even${options && `,${options}`}`, recording, rateRps);
    expect(first(expected.length, next)).toEqual(expected);
  });

  test('spread at random has in each interval what it counts, in any repetition', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const seconds = first(13, replayed('every=1,repeat', recording, undefined, seed)).map((ms) =>
          Math.floor(ms / 1000),
        );
        expect(seconds).toEqual([0, 0, 2, 2, 2, 2, 3, 3, 5, 5, 5, 5, 6]);
      }),
    );
  });

  test('spread at random has them anywhere in an interval, uniformly and independently', () => {
    const within = first(30_000, replayed('every=1', perSecond(...Array<number>(10_000).fill(3)))).map(
      (ms) => (ms % 1000) / 1000,
    );
    // The first, second and last of three: their means are 1/4, 1/2 and 3/4, that of the last one's square is 3/5.
    const nth = (n: number) => within.filter((_, index) => index % 3 === n);
    expect([0, 1, 2].map((n) => meanOf(nth(n)))).toEqual(
      [0.25, 0.5, 0.75].map((mean) => expect.closeTo(mean, 1.5)),
    );
    expect(meanOf(nth(2).map((share) => share ** 2))).toBeCloseTo(0.6, 1.5);
    for (const bound of [0.1, 0.5, 0.9]) {
      expect(within.filter((share) => share < bound).length / within.length).toBeCloseTo(bound, 1.5);
    }
  });

  test('has its total at any rate, but for the part of a request', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }).filter((counts) => counts.some((n) => n > 0)),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('even', 'random'),
        (counts, tenths, spread) => {
          const next = replayed(`every=1,spread=${spread},x${tenths / 10}`, perSecond(...counts));
          const total = counts.reduce((sum, count) => sum + count, 0);
          const seen = first(200, next).filter(Number.isFinite);
          expect(seen).toHaveLength(Math.ceil((total * tenths) / 10));
          expect(Math.max(...seen)).toBeLessThan(counts.length * 1000);
        },
      ),
    );
  });
});

describe('what a process says of its rate', () => {
  test.each<[string, Parameters<typeof meanRateRps>[0], number | undefined, number, number]>([
    ['poisson', spec('poisson'), undefined, 10, END],
    ['burst:4', spec('burst:4'), undefined, 10, END],
    ['steps:10@1,40@3', spec('steps:10@1,40@3'), 32.5, 32.5, END],
    ['steps:x1@1,x4@3', spec('steps:x1@1,x4@3'), undefined, 32.5, END],
    ['times', replay('', times(0, 100, 500)), 4, 10, 300],
    ['times, x2', replay('x2', times(0, 100, 500)), 8, 8, 375],
    ['times, repeated', replay('repeat', times(0, 100, 500)), 4, 10, END],
    ['times, faster', replay('speed=3', times(0, 100, 500)), 12, 10, 250],
    ['counts', replay('every=1', perSecond(5, 0, 1)), 2, 10, 3000],
    ['counts, faster', replay('every=1,speed=3', perSecond(5, 0, 1)), 6, 10, 1000],
  ])('%s', (_, process, ownRps, atTenRps, lastsMs) => {
    expect(ownRateRps(process)).toBe(ownRps);
    expect(meanRateRps(process, 10)).toBeCloseTo(atTenRps, 9);
    expect(arrivalsLastMs(process, 10)).toBeCloseTo(lastsMs, 9);
  });
});
