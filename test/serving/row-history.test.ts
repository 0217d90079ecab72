import { describe, expect, it } from 'vitest';
import { type ModuleRun, runsOf } from '../../src/serving/module-run.ts';
import { RowHistory } from '../../src/serving/row-history.ts';

const DIAMOND = [
  { name: 'detect', parents: [] },
  { name: 'slow', parents: [0] },
  { name: 'quick', parents: [0] },
  { name: 'join', parents: [1, 2] },
];
const CHAIN = [
  { name: 'detect', parents: [] },
  { name: 'find', parents: [0] },
  { name: 'read', parents: [1] },
];

type Modules = readonly { readonly name: string; readonly parents: readonly number[] }[];

type Ran = [module: number, part: number, computeMs: number, parentPart?: number];

const ARRIVED_MS = 100;

const historyOf = (modules: Modules): RowHistory =>
  new RowHistory(
    modules,
    { flow: { parents: modules.map(({ parents }) => parents) }, modules: [...modules.keys()] },
    ARRIVED_MS,
  );

/** @returns computing on the path up to each task */
const pathsOf = (modules: Modules, tasks: Ran[]): number[] => {
  const history = historyOf(modules);
  return tasks.map(([module, part, computeMs, parentPart], index) => {
    const doneMs = ARRIVED_MS + index;
    history.ran({ module, part, parentPart }, { size: 1, worker: 0, computeMs, doneMs });
    return history.facts!.computeMs;
  });
};

describe('the path up to a task', () => {
  it.each<[sentence: string, modules: Modules, tasks: Ran[], pathsMs: number[]]>([
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

it('of each module it keeps how many tasks, in how many batches, the longest of those, and when the last was done', () => {
  const history = historyOf(CHAIN);
  const batch = { worker: 3, doneMs: 120 };
  history.ran({ module: 1, part: 0, parentPart: undefined }, { ...batch, size: 4, computeMs: 7 });
  history.ran(
    { module: 1, part: 1, parentPart: undefined },
    { ...batch, size: 2, computeMs: 3, doneMs: 130 },
  );
  expect(history.runs).toEqual([
    {
      ...{ index: 1, module: 'find', tasks: 2, batches: 0.75, longestMs: 7 },
      ...{ readyMs: ARRIVED_MS, doneMs: 130, queueMs: 27, computeMs: 3 },
    },
  ]);
});

it('waiting is all the time that passed but the computing on the path, and batch and worker are the last', () => {
  const history = historyOf(DIAMOND);
  expect(history.facts).toBeUndefined();
  const ran = (module: number, computeMs: number, doneMs: number): void =>
    history.ran(
      { module, part: 0, parentPart: undefined },
      { size: module + 1, worker: 10 + module, computeMs, doneMs },
    );
  ran(0, 5, 106);
  ran(2, 4, 112);
  ran(1, 30, 137);
  ran(3, 1, 140);
  expect(history.facts).toEqual({ queueMs: 4, computeMs: 36, batchSize: 4, worker: 13 });
});

it('a task can begin when the last of those is done that its module waits for', () => {
  const history = historyOf(DIAMOND);
  const ran = (module: number, doneMs: number): void =>
    history.ran({ module, part: 0, parentPart: undefined }, { size: 1, worker: 0, computeMs: 1, doneMs });
  ran(0, 106);
  ran(2, 112);
  ran(1, 137);
  ran(3, 140);
  expect(history.runs.map(({ module, readyMs }) => [module, readyMs])).toEqual([
    ['detect', ARRIVED_MS],
    ['slow', 106],
    ['quick', 106],
    ['join', 137],
  ]);
});

it('rows of a request are told of together, modules in the order of the application', () => {
  const run = (index: number, tasks: number, readyMs: number, doneMs: number): ModuleRun => ({
    ...{ index, module: CHAIN[index]!.name, tasks, batches: tasks / 2, longestMs: doneMs - readyMs },
    ...{ readyMs, doneMs, queueMs: 0, computeMs: doneMs - readyMs },
  });
  const [first, last] = [run(1, 3, 15, 20), run(1, 1, 12, 26)];
  const runs = runsOf([{ runs: [run(0, 1, 0, 10), run(2, 1, 20, 24)] }, { runs: [first] }, { runs: [last] }]);
  expect(runs).toEqual([run(0, 1, 0, 10), { ...run(1, 4, 12, 26), batches: 2 }, run(2, 1, 20, 24)]);
  expect(first.tasks, 'what the rows keep stays as it was').toBe(3);
});
