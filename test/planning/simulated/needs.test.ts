import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostWithin } from '../../../src/planning/simulated/machine-kind.ts';
import { leastForPoisson, needsOf } from '../../../src/planning/simulated/needs.ts';
import { kindsOf } from './kinds.ts';

/** E(A − K)⁺ term by term, with probabilities from 0 up. */
function excess(mean: number, served: number): number {
  let density = Math.exp(-mean);
  let sum = 0;
  for (let k = 0; k < mean + 20 * Math.sqrt(mean) + 60; k++) {
    if (k > served) sum += (k - served) * density;
    density *= mean / (k + 1);
  }
  return sum;
}

test('the least service that loses no more than allowed is the least one', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 300, noNaN: true }),
      fc.double({ min: 0.001, max: 0.5, noNaN: true }),
      (mean, share) => {
        const limit = share * mean;
        const least = leastForPoisson(mean, limit);
        expect(excess(mean, least)).toBeLessThanOrEqual(limit * (1 + 1e-6));
        if (least > 0) expect(excess(mean, least - 1)).toBeGreaterThan(limit * (1 - 1e-6));
      },
    ),
  );
});

/** All ways to fill the time with batches. */
function mostByTrying(durations: readonly number[], timeMs: number): number {
  let most = 0;
  for (const [index, ms] of durations.entries()) {
    if (ms <= timeMs) most = Math.max(most, index + 1 + mostByTrying(durations, timeMs - ms));
  }
  return most;
}

test('what a machine completes in a time at most is what the best sequence of batches does', () => {
  const times = [0, 12, 13, 29, 40, 77];
  const [kind] = kindsOf({ a: [1, 10, 3] }, 60);
  const durations = [...kind!.durationMs].slice(1);
  expect(mostWithin(kind!, times)).toEqual(times.map((timeMs) => mostByTrying(durations, timeMs)));
});

test('random arrivals ask for more than even ones in every window, and no less than the mean rate', () => {
  const kinds = kindsOf({ a: [1, 10, 3] }, 100);
  const demand = { rateRps: 200, budgetMs: 100, attainment: 0.99 };
  const random = needsOf(kinds, { ...demand, isPoisson: true });
  const even = needsOf(kinds, { ...demand, isPoisson: false });
  expect(random.length).toBe(even.length);
  for (const [index, { least, ofKind }] of random.entries()) {
    expect(ofKind).toEqual(even[index]!.ofKind);
    expect(least).toBeGreaterThanOrEqual(even[index]!.least);
  }
  expect(even[0]!.least).toBeCloseTo(198);
});
