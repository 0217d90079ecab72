/** Several modules on one machine: what they hold together, and who gets what where it is too little. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configureScaling } from '../../src/scaling/configure-scaling.ts';
import { CoreHoldings } from '../../src/scaling/core-holdings.ts';
import { scalingPolicy } from '../../src/scaling/policies.ts';
import { type CoreWish, shareCores } from '../../src/scaling/share-cores.ts';
import { decisionsOf, traffic } from './run-scaled.ts';
import { scalablePlan } from './scalable-plan.ts';

const LIMITS = { queueLimit: 50, timerLeadMs: 0, aheadMs: 0 };
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

describe('workers that share a machine', () => {
  const chain = scalablePlan('chain', [
    { name: 'a', singleMs: 15, sharedMs: 45, sloMs: 300, machines: 2 },
    { name: 'b', singleMs: 20, sharedMs: 90, sloMs: 500, after: ['a'] },
  ]);

  it('never hold more cores than it has, never none, and answer or refuse every request once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 12 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 1000 }),
        (poolCores, rateRps, seed) => {
          const policy = scalingPolicy('sponge', poolCores)!;
          const configured = configureScaling(chain, LIMITS, { mode: 'vertical', policy, poolCores });
          const requests = traffic(rateRps, chain.sloMs, seed);
          const decisions = decisionsOf(configured, requests, ({ holdings: { cores } }) => {
            if (sum(cores) > poolCores || cores.some((count) => count < 1)) throw new Error(`${cores}`);
          });
          const ended = decisions.flatMap((text) => /^(?:complete|shed|expire) (\d+)$/.exec(text)?.[1] ?? []);
          expect(ended.map(Number).sort((a, b) => a - b)).toEqual([...requests.keys()]);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('a worker grows at once as far as there are free cores, and gives back when it has done what it runs', () => {
    const holdings = new CoreHoldings([2, 1], 4);
    holdings.want(0, 1);
    holdings.want(1, 3);
    expect(holdings.settle((worker) => worker === 0)).toEqual([{ kind: 'resize', worker: 1, cores: 2 }]);
    expect(holdings.nextCores(0)).toBe(1);
    expect(holdings.settle(() => false)).toEqual([
      { kind: 'resize', worker: 0, cores: 1 },
      { kind: 'resize', worker: 1, cores: 3 },
    ]);
    expect(holdings.settle(() => false)).toEqual([]);
  });
});

describe('sharing out too few cores', () => {
  const wish = (wantedCores: number, misses: readonly number[], instances = 1): CoreWish => ({
    ...{ instances, leastCores: 1, wantedCores },
    misses: (cores) => misses[cores - 1]!,
  });

  it.each<[string, CoreWish[], number, number[]]>([
    ['what there is goes where it saves most', [wish(3, [5, 4, 3]), wish(3, [9, 2, 0])], 4, [1, 3]],
    ['cores that save nothing stay free', [wish(3, [5, 5, 5]), wish(2, [1, 0])], 4, [1, 2]],
    ['a module with two workers takes two for each', [wish(2, [3, 0]), wish(2, [4, 0], 2)], 4, [2, 1]],
    ['the least of all where not even these are there', [wish(2, [1, 0]), wish(2, [1, 0])], 1, [1, 1]],
  ])('%s', (_, wishes, poolCores, expected) => {
    expect(shareCores(wishes, poolCores)).toEqual(expected);
  });

  it('is as good as trying everything', () => {
    const wishes = fc.array(
      fc.record({
        instances: fc.integer({ min: 1, max: 2 }),
        misses: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 4, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(wishes, fc.integer({ min: 6, max: 12 }), (all, poolCores) => {
        const chosen = shareCores(
          all.map(({ instances, misses }) => wish(4, misses, instances)),
          poolCores,
        );
        const missed = (cores: readonly number[]): number =>
          sum(cores.map((count, index) => all[index]!.misses[count - 1]!));
        const taken = (cores: readonly number[]): number =>
          sum(cores.map((count, index) => count * all[index]!.instances));
        const ways = all.reduce<number[][]>(
          (some, _one) => some.flatMap((cores) => [1, 2, 3, 4].map((count) => [...cores, count])),
          [[]],
        );
        const least = Math.min(...ways.filter((cores) => taken(cores) <= poolCores).map(missed));
        expect(taken(chosen)).toBeLessThanOrEqual(poolCores);
        expect(missed(chosen)).toBe(least);
      }),
    );
  });
});
