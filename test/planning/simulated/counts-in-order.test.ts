import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countsInOrder } from '../../../src/planning/simulated/counts-in-order.ts';
import type { MachineKind } from '../../../src/planning/simulated/machine-kind.ts';

const kindOf = (hardware: string, pricePerHour: number): MachineKind => ({
  hardware,
  cores: 1,
  machineShare: 1,
  pricePerHour,
  batchSize: 1,
  throughputRps: 1,
  durationMs: Float64Array.of(0, 1000),
});

/** All counts of two kinds below a cost, one by one. */
function cheaperThan(limit: number, prices: readonly number[]): number[][] {
  const all: number[][] = [];
  for (let first = 0; first * prices[0]! < limit; first++) {
    for (let second = 0; first * prices[0]! + second * prices[1]! < limit; second++)
      all.push([first, second]);
  }
  return all;
}

const amounts = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 2 });

test('lists exactly the counts that meet all needs, by rising cost, each once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 2 }),
      fc.array(fc.record({ least: fc.integer({ min: 1, max: 12 }), ofKind: amounts }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.integer({ min: 1, max: 40 }),
      fc.option(fc.integer({ min: 1, max: 3 })),
      (prices, needs, limit, count) => {
        const kinds = prices.map((price, index) => kindOf('ab'[index]!, price));
        const capacity = new Map(count === null ? [] : [['b', count]]);
        const listed = [...countsInOrder(kinds, needs, capacity, () => limit)];
        const expected = cheaperThan(limit, prices).filter(
          ([first, second]) =>
            (count === null || second! <= count) &&
            needs.every(({ least, ofKind }) => first! * ofKind[0]! + second! * ofKind[1]! >= least),
        );
        expect(listed.map(({ counts }) => counts.join()).sort()).toEqual(
          expected.map((counts) => counts.join()).sort(),
        );
        const costs = listed.map(({ costPerHour }) => costPerHour);
        expect(costs).toEqual([...costs].sort((a, b) => a - b));
      },
    ),
  );
});
