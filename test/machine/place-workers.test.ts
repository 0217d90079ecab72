import { describe, expect, test } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { placeWorkers } from '../../src/machine/place-workers.ts';

const hintOf = (wanted: number[], cores: number[], modules: number): string => {
  try {
    placeWorkers(wanted, cores, { share: false, modules });
  } catch (error) {
    if (error instanceof HarpError) return error.details.hint ?? '';
    throw error;
  }
  throw new Error('they were placed');
};

describe('workers on too few cores', () => {
  test('a lower rate is no advice where there are more modules than cores', () => {
    expect(hintOf([1, 1, 1], [0, 1], 3)).toBe(
      '3 modules need 3 workers at any rate, each with a core of its own: use a machine with more cores, let workers share cores with --share-cores, or serve with --emulate.',
    );
  });

  test('it is where fewer workers would do', () => {
    expect(hintOf([1, 1, 1], [0, 1], 2)).toMatch(/^Plan for a lower rate/);
  });

  test('a worker that is larger than the machine fits at no rate and beside nobody', () => {
    expect(hintOf([4], [0, 1], 1)).toMatch(/measured on at most that many cores/);
  });

  test('sharing gives every worker a core', () => {
    expect(placeWorkers([1, 1, 1], [0, 1], { share: true }).map(({ length }) => length)).toEqual([1, 1, 1]);
  });
});
