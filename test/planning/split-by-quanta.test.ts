import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/planning/schedule-module.ts';
import { splitByQuanta } from '../../src/planning/split-by-quanta.ts';

/** A module by what it costs from each latency on: [ms, USD per hour], rising and falling. */
type Offers = readonly (readonly [worstCaseMs: number, costPerHour: number])[];

const within =
  (modules: readonly Offers[]) =>
  (module: number, budgetMs: number): Schedule | undefined => {
    const offer = modules[module]!.findLast(([worstCaseMs]) => worstCaseMs <= budgetMs);
    return offer && { shares: [], dummyRps: 0, worstCaseMs: offer[0], costPerHour: offer[1] };
  };

const latencies = (split: readonly Schedule[] | undefined) => split?.map(({ worstCaseMs }) => worstCaseMs);

const OFFERS: Offers = [
  [10, 9],
  [20, 5],
  [40, 1],
];

describe('splitting by quanta', () => {
  test.each<[string, number[][], number, number, number[] | undefined]>([
    ['a module alone takes what there is', [[]], 45, 10, [40]],
    ['a chain shares it', [[], [0]], 60, 10, [20, 40]],
    ['branches take the same latency each', [[], [0], [0]], 50, 10, [10, 40, 40]],
    ['modules that join are given it by depth', [[], [0], [0], [1, 2]], 70, 10, [10, 40, 40, 20]],
    ['roots of different trees do not share', [[], []], 40, 10, [40, 40]],
    ['what does not fill a quantum is lost', [[], [0]], 29, 10, [10, 10]],
    ['long quanta miss a split that short ones find', [[], [0]], 29, 15, undefined],
    ['an SLO below a quantum has none', [[]], 9, 10, undefined],
  ])('%s', (_, parents, sloMs, quantumMs, expected) => {
    const split = splitByQuanta({
      parents,
      sloMs,
      quantumMs,
      scheduleIn: within(parents.map(() => OFFERS)),
    });
    const cost = (ms: readonly number[]) =>
      ms.reduce((sum, latency) => sum + OFFERS.find(([offered]) => offered === latency)![1], 0);
    if (expected === undefined) expect(split).toBeUndefined();
    else expect(cost(latencies(split)!)).toBe(cost(expected));
  });

  test('a tree is split as cheaply as by trying everything', () => {
    const offers: fc.Arbitrary<Offers> = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 100 })), {
        minLength: 1,
        maxLength: 4,
      })
      .map((pairs) => {
        const costs = pairs.map(([, cost]) => cost).sort((a, b) => b - a);
        return pairs
          .map(([ms]) => ms)
          .sort((a, b) => a - b)
          .map((ms, index) => [ms, costs[index]!] as const);
      });
    const trees = fc.constantFrom<number[][]>([[], [0], [0]], [[], [0], [1]], [[], [0], [0], [1]]);
    fc.assert(
      fc.property(
        trees,
        fc.array(offers, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 1, max: 20 }),
        (parents, modules, slo) => {
          const scheduleIn = within(modules);
          const split = splitByQuanta({ parents, sloMs: slo, quantumMs: 1, scheduleIn });
          expect(split?.reduce((sum, { costPerHour }) => sum + costPerHour, 0)).toBe(
            cheapest(parents, modules, slo),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Every combination of offers that no path exceeds. */
function cheapest(
  parents: readonly number[][],
  modules: readonly Offers[],
  sloMs: number,
): number | undefined {
  let combinations: Offers[number][][] = [[]];
  for (const module of parents.keys()) {
    combinations = combinations.flatMap((chosen) => modules[module]!.map((offer) => [...chosen, offer]));
  }
  const costs = combinations
    .filter((chosen) =>
      chosen.every((_, module) => {
        let [lengthMs] = chosen[module]!;
        for (let at = parents[module]![0]; at !== undefined; at = parents[at]![0]) lengthMs += chosen[at]![0];
        return lengthMs <= sloMs;
      }),
    )
    .map((chosen) => chosen.reduce((sum, [, cost]) => sum + cost, 0));
  return costs.length === 0 ? undefined : Math.min(...costs);
}
