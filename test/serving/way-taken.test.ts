import { describe, expect, it } from 'vitest';
import { WayTaken } from '../../src/serving/way-taken.ts';

const DIAMOND = [
  { name: 'detect', after: [] },
  { name: 'slow', after: ['detect'] },
  { name: 'quick', after: ['detect'] },
  { name: 'join', after: ['slow', 'quick'] },
];
const CHAIN = [
  { name: 'detect', after: [] },
  { name: 'find', after: ['detect'] },
  { name: 'read', after: ['find'] },
];

type Ran = [module: number, part: number, computeMs: number, parentPart?: number];

/** @returns computing on the path up to each task */
const pathsOf = (modules: typeof DIAMOND, tasks: Ran[]): number[] => {
  const taken = new WayTaken(modules);
  return tasks.map(([module, part, computeMs, parentPart]) =>
    taken.ran({ module, part, parentPart }, 1, computeMs),
  );
};

describe('the path up to a task', () => {
  it.each<[sentence: string, modules: typeof DIAMOND, tasks: Ran[], pathsMs: number[]]>([
    [
      'of a chain has all computing in it',
      CHAIN,
      [
        [0, 0, 5],
        [1, 0, 3],
        [2, 0, 2],
      ],
      [5, 8, 10],
    ],
    [
      'goes through the branch that ended last, whichever computed longer',
      DIAMOND,
      [
        [0, 0, 5],
        [1, 0, 30],
        [2, 0, 4],
        [3, 0, 1],
      ],
      [5, 35, 9, 10],
    ],
    [
      'goes by a module that had nothing to do',
      CHAIN,
      [
        [0, 0, 5],
        [2, 0, 2],
      ],
      [5, 7],
    ],
    [
      'follows the row that a task came of, though others of its module ended later',
      CHAIN,
      [
        [0, 0, 5],
        [1, 1, 3],
        [1, 0, 20],
        [2, 0, 2, 1],
      ],
      [5, 8, 25, 10],
    ],
    ['of a module by itself is its own', CHAIN, [[2, 0, 2]], [2]],
  ])('%s', (_, modules, tasks, pathsMs) => {
    expect(pathsOf(modules, tasks)).toEqual(pathsMs);
  });
});

it('of each module it keeps how many tasks, in how many batches, and the longest of those', () => {
  const taken = new WayTaken(CHAIN);
  taken.ran({ module: 1, part: 0, parentPart: undefined }, 4, 3);
  taken.ran({ module: 1, part: 1, parentPart: undefined }, 2, 7);
  expect(taken.ways).toEqual([{ module: 1, name: 'find', tasks: 2, batches: 0.75, computeMs: 7 }]);
});
