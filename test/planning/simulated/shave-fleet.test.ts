import { expect, test } from 'vitest';
import { type Fleet, fleetCost } from '../../../src/planning/simulated/fleet.ts';
import { shaveFleet } from '../../../src/planning/simulated/shave-fleet.ts';
import { kindsOf } from './kinds.ts';

const KINDS = kindsOf({ slow: [1, 20, 10], fast: [2.7, 6, 3] }, 100);

const fleetOf = (...modules: readonly (readonly number[])[]): Fleet =>
  modules.map((machines) => ({
    budgetMs: 100,
    squads: KINDS.map((kind, index) => ({ kind, machines: machines[index]!, batchSize: kind.batchSize })),
  }));

const countsOf = (fleet: Fleet): number[][] =>
  fleet.map(({ squads }) => squads.map(({ machines }) => machines));

const at = (hardware: string): number => KINDS.findIndex((kind) => kind.hardware === hardware);

const shave = (start: Fleet, holds: (counts: number[][]) => boolean) => {
  const tried: string[] = [];
  const found = shaveFleet(
    { fleet: start },
    {
      attempt: (fleet) => {
        tried.push(JSON.stringify(countsOf(fleet)));
        return holds(countsOf(fleet)) ? { fleet } : undefined;
      },
      isTooSmall: (_, squads) => squads.every(({ machines }) => machines === 0),
      isOver: () => false,
    },
  );
  return { counts: countsOf(found.fleet), costPerHour: fleetCost(found.fleet), tried };
};

test('takes away what is not needed, in every module', () => {
  const { counts } = shave(fleetOf([4, 0], [3, 0]), ([first, second]) => first![0]! >= 2 && second![0]! >= 1);
  expect(counts).toEqual([
    [2, 0],
    [1, 0],
  ]);
});

test('puts cheaper machines in the place of a dear one', () => {
  const start = [0, 0].with(at('fast'), 1);
  const { counts } = shave(fleetOf(start), ([only]) => only![at('fast')]! * 2 + only![at('slow')]! >= 2);
  expect(counts).toEqual([[0, 0].with(at('slow'), 2)]);
});

test('tries no part of what has failed', () => {
  const { tried } = shave(fleetOf([3, 3]), () => false);
  expect(new Set(tried).size).toBe(tried.length);
  expect(tried.length).toBeLessThan(12);
});
