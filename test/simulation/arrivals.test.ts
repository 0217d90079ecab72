import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARRIVAL_KINDS, arrivalTimes } from '../../src/simulation/arrivals.ts';

const first = (count: number, next: () => number): number[] => Array.from({ length: count }, next);

test('uniform arrivals are evenly spaced from 0 on, and do not drift', () => {
  const times = first(1_000_001, arrivalTimes('uniform', 3, 1));
  expect(times.slice(0, 4)).toEqual([0, 1000 / 3, 2000 / 3, 1000]);
  expect(times.at(-1)).toBe(1e9 / 3);
});

test.each(ARRIVAL_KINDS)('%s arrivals ascend from 0, and the same seed gives the same times', (kind) => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), fc.integer(), (rateRps, seed) => {
      const times = first(50, arrivalTimes(kind, rateRps, seed));
      expect(times[0]).toBe(0);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times).toEqual(first(50, arrivalTimes(kind, rateRps, seed)));
    }),
  );
});

test('poisson arrivals keep the rate, and their gaps are exponential: as wide as their mean, memoryless', () => {
  const times = first(100_001, arrivalTimes('poisson', 200, 7));
  const gapsMs = times.slice(1).map((time, index) => time - times[index]!);
  const meanMs = times.at(-1)! / gapsMs.length;
  const deviationMs = Math.sqrt(gapsMs.reduce((sum, gap) => sum + (gap - meanMs) ** 2, 0) / gapsMs.length);
  const longerThan = (ms: number) => gapsMs.filter((gap) => gap > ms).length / gapsMs.length;
  expect(meanMs).toBeCloseTo(5, 1);
  expect(deviationMs).toBeCloseTo(5, 1);
  expect(longerThan(5)).toBeCloseTo(Math.exp(-1), 2);
  expect(longerThan(15)).toBeCloseTo(Math.exp(-3), 2);
});

test('another seed gives other poisson times', () => {
  expect(first(5, arrivalTimes('poisson', 1, 1))).not.toEqual(first(5, arrivalTimes('poisson', 1, 2)));
});
