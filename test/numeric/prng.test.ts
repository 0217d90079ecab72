import { expect, test } from 'vitest';
import { seededRandom } from '../../src/numeric/prng.ts';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

test('the same seed gives the same sequence', () => {
  expect(draw(20, seededRandom(42).uniform)).toEqual(draw(20, seededRandom(42).uniform));
});

test('neighbouring seeds share nothing', () => {
  const first = draw(100, seededRandom(1).uniform);
  expect(draw(100, seededRandom(2).uniform).filter((value) => first.includes(value))).toEqual([]);
});

test.each([0, 1, -1, 2 ** 31, 2 ** 32 + 1])(
  'seed %d gives numbers in [0, 1) that fill ten bins evenly',
  (seed) => {
    const values = draw(100_000, seededRandom(seed).uniform);
    const bins = Array<number>(10).fill(0);
    for (const value of values) bins[Math.floor(value * 10)]! += 1;
    // Pearson's statistic with nine degrees of freedom stays below 27.9 in 999 of 1000 samples.
    expect(bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.9);
    expect(bins).toHaveLength(10);
  },
);

test('one number says nothing about the next', () => {
  const values = draw(100_000, seededRandom(3).uniform).map((value) => value - 0.5);
  const lagged = values.slice(1).map((value, index) => value * values[index]!);
  expect(Math.abs(mean(lagged) * 12)).toBeLessThan(0.01);
});

test('normals have mean 0, variance 1, no skew and a kurtosis of 3', () => {
  const values = draw(200_000, seededRandom(7).normal);
  const moment = (power: number): number => mean(values.map((value) => value ** power));
  expect(moment(1)).toBeCloseTo(0, 1);
  expect(moment(2)).toBeCloseTo(1, 1);
  expect(moment(3)).toBeCloseTo(0, 1);
  expect(moment(4)).toBeCloseTo(3, 1);
});
