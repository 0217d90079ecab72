import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summarize } from '../../src/numeric/summarize.ts';

test('summarises in any order', () => {
  expect(summarize([4, 1, 3, 2, 5])).toEqual({
    mean: 3,
    p50: 3,
    p95: 4.8,
    p99: 4.96,
    min: 1,
    max: 5,
    stddev: Math.sqrt(2.5),
  });
});

test('a single value has no spread', () => {
  expect(summarize([2])).toEqual({ mean: 2, p50: 2, p95: 2, p99: 2, min: 2, max: 2, stddev: 0 });
});

test('figures stand in order, and the sample is left as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 }), (sample) => {
      const before = [...sample];
      const { mean, p50, p95, p99, min, max } = summarize(sample);
      expect(sample).toEqual(before);
      const inOrder = [min, p50, p95, p99, max];
      expect(inOrder.every((value, i) => i === 0 || value >= inOrder[i - 1]! - 1e-9)).toBe(true);
      expect(mean).toBeGreaterThanOrEqual(min * (1 - 1e-12));
      expect(mean).toBeLessThanOrEqual(max * (1 + 1e-12));
    }),
  );
});
