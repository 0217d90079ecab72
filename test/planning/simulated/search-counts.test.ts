import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Search, searchCounts } from '../../../src/planning/simulated/search-counts.ts';
import { kindsOf } from './kinds.ts';

const KINDS = kindsOf({ slow: [1, 20, 10], fast: [2.7, 6, 3] }, 100);
const NEEDS = [{ least: 60, ofKind: KINDS.map(({ throughputRps }) => throughputRps) }];

const powerOf = (counts: readonly number[], powers: readonly number[]): number =>
  counts.reduce((sum, count, kind) => sum + count * powers[kind]!, 0);

/** Counts hold where they have so much power; the prediction errs by a factor. */
function searchFor(
  powers: readonly number[],
  needed: number,
  error: number,
): Search<string> & { tried: string[] } {
  const tried: string[] = [];
  return {
    tried,
    kinds: KINDS,
    needs: NEEDS,
    capacity: new Map(),
    attempt: (counts) => {
      tried.push(counts.join());
      return powerOf(counts, powers) >= needed ? counts.join() : undefined;
    },
    predictLoss: (counts) => Math.max(0, 1 - (error * powerOf(counts, powers)) / needed),
    allowedLoss: 0,
    isOver: () => tried.length > 500,
  };
}

/** The cheapest of all counts. */
function cheapest(powers: readonly number[], needed: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let first = 0; first < 40; first++) {
    for (let second = 0; second < 40; second++) {
      const counts = [first, second];
      const enough = counts.reduce((sum, count, kind) => sum + count * KINDS[kind]!.throughputRps, 0) >= 60;
      const cost = counts.reduce((sum, count, kind) => sum + count * KINDS[kind]!.pricePerHour, 0);
      if (enough && powerOf(counts, powers) >= needed) best = Math.min(best, cost);
    }
  }
  return best;
}

const powers = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));

test('an exhaustive search has found the cheapest, and tried nothing twice', () => {
  fc.assert(
    fc.property(
      powers,
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.7, max: 1.4, noNaN: true }),
      (power, needed, error) => {
        const search = searchFor(power, needed, error);
        const { best, exhaustive } = searchCounts(search, undefined);
        expect(best).toBeDefined();
        if (exhaustive) expect(best!.costPerHour).toBeCloseTo(cheapest(power, needed));
        expect(best!.costPerHour).toBeGreaterThanOrEqual(cheapest(power, needed) - 1e-9);
        expect(new Set(search.tried).size).toBe(search.tried.length);
      },
    ),
  );
});

test('a prediction that is right leaves little to try', () => {
  const search = searchFor([3, 8], 30, 1);
  expect(searchCounts(search, undefined).best!.costPerHour).toBeCloseTo(cheapest([3, 8], 30));
  expect(search.tried.length).toBeLessThanOrEqual(5);
});

test('what is known to hold is kept where nothing cheaper holds', () => {
  const known = { found: 'known', costPerHour: cheapest([3, 8], 30) };
  expect(searchCounts(searchFor([3, 8], 30, 1), known).best).toBe(known);
});

test('a known one that nothing cheaper could match is its own floor', () => {
  // Two fast ones, or six slow ones, are the least that meet the needs.
  const least = cheapest([1, 1], 0);
  const { floorPerHour, exhaustive } = searchCounts(searchFor([3, 8], 30, 1), {
    found: 'known',
    costPerHour: least,
  });
  expect({ floorPerHour, exhaustive }).toEqual({ floorPerHour: least, exhaustive: true });
});

test('without time nothing is tried, and nothing is claimed', () => {
  const search = { ...searchFor([3, 8], 30, 1), isOver: () => true };
  expect(searchCounts(search, undefined)).toEqual({
    best: undefined,
    floorPerHour: undefined,
    exhaustive: false,
  });
  expect(search.tried).toEqual([]);
});
