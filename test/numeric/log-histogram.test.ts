import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../src/numeric/log-histogram.ts';

const histogramOf = (values: readonly number[], binsPerOctave?: number): LogHistogram => {
  const histogram = new LogHistogram(binsPerOctave);
  for (const value of values) histogram.add(value);
  return histogram;
};

const latencies = fc.array(fc.double({ min: 0.002, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 200,
});

describe('log histogram', () => {
  it('knows every quantile to half a per mille, and the largest exactly', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.001, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * values.length * (1 - 1e-12)) - 1)]!;
        expect(Math.abs(histogramOf(values).quantile(share) / exact - 1)).toBeLessThan(5.1e-4);
        expect(histogramOf(values).max).toBe(sorted.at(-1));
      }),
    );
  });

  it('knows them to half a per cent with a tenth of the bins, and adds up', () => {
    fc.assert(
      fc.property(latencies, latencies, fc.constantFrom(0.01, 0.5, 1), (first, second, share) => {
        const sum = histogramOf(first, 70);
        sum.addAll(histogramOf(second, 70));
        const all = [...first, ...second];
        const sorted = all.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(share * all.length * (1 - 1e-12)) - 1)]!;
        expect(Math.abs(sum.quantile(share) / exact - 1)).toBeLessThan(5.1e-3);
        expect([sum.count, sum.max]).toEqual([all.length, sorted.at(-1)]);
      }),
    );
  });

  it('counts what does not exceed a value, but for what lies within a per mille of it', () => {
    fc.assert(
      fc.property(latencies, fc.double({ min: 0.01, max: 1e6, noNaN: true }), (values, limit) => {
        const below = (value: number): number => values.filter((each) => each <= value).length;
        const counted = histogramOf(values).countUpTo(limit);
        expect(counted).toBeGreaterThanOrEqual(below(limit));
        expect(counted).toBeLessThanOrEqual(below(limit * 1.001));
      }),
    );
  });

  it.each([
    { values: [], quantile: 0, mean: 0, upTo: 0, why: 'none' },
    { values: [0, 0, 0], quantile: 0, mean: 0, upTo: 3, why: 'zeros, below the smallest bin' },
    { values: [1e9, 1e9], quantile: 1e9, mean: 1e9, upTo: 0, why: 'beyond the largest bin' },
  ])('holds $why', ({ values, quantile, mean, upTo }) => {
    const histogram = histogramOf(values);
    expect(histogram.mean).toBe(mean);
    expect(histogram.quantile(1)).toBeLessThanOrEqual(quantile);
    expect(histogram.countUpTo(5)).toBe(upTo);
  });
});
