import { expect, test } from 'vitest';
import { quantile } from '../../src/numeric/quantile.ts';

test.each([
  { name: 'the only value is every quantile', sorted: [7], probability: 0.95, expected: 7 },
  { name: 'the median of an odd count is the middle', sorted: [1, 2, 9], probability: 0.5, expected: 2 },
  { name: 'the median of an even count lies between', sorted: [1, 2, 4, 9], probability: 0.5, expected: 3 },
  { name: 'the ends are the extremes', sorted: [1, 5, 9], probability: 1, expected: 9 },
  { name: 'interpolates as numpy.quantile does', sorted: [10, 20, 30, 40], probability: 0.9, expected: 37 },
])('$name', ({ sorted, probability, expected }) => {
  expect(quantile(sorted, probability)).toBeCloseTo(expected, 12);
});
