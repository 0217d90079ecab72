/** The tensors of one row: what falls into tasks, and the order in which answers are put together. */
import { expect, it } from 'vitest';
import type { Tensor } from '../../src/domain/tensor.ts';
import { listCallables } from '../../src/serving/callables.ts';
import { type RowEnd, RowInFlight } from '../../src/serving/row-in-flight.ts';
import { describeModule } from '../../src/serving/served-module.ts';
import { planOf, tensor } from '../plan-of.ts';

const BATCH = { size: 1, worker: 0 };

const given = (name: string, ...values: number[]): Tensor => ({
  name,
  datatype: 'FP32',
  dims: [1, values.length, 1],
  data: new Uint8Array(Float32Array.from(values).buffer),
});

const floats = (data: Uint8Array): number[] => [...new Float32Array(Uint8Array.from(data).buffer)];

const valuesOf = ({ data }: Tensor): number[] => floats(data);

it('answers stand in the order of the rows they come of, whichever was done first', () => {
  const plan = planOf('app', [
    { name: 'detect', inputs: [tensor('x', 1)], outputs: [tensor('crops', 2, 1)] },
    {
      name: 'find',
      after: ['detect'],
      rows: 'split',
      perRequest: 2,
      inputs: [tensor('crops', 1)],
      outputs: [tensor('signs', 2, 1)],
    },
    {
      name: 'read',
      after: ['find'],
      rows: 'split',
      perRequest: 4,
      inputs: [tensor('signs', 1)],
      outputs: [tensor('text', 1)],
    },
    {
      name: 'spell',
      after: ['read'],
      rows: 'split',
      perRequest: 4,
      inputs: [tensor('text', 1)],
      outputs: [tensor('word', 1)],
    },
  ]);
  const modules = plan.modules.map(describeModule);
  const [way] = listCallables(plan, modules);
  const row = new RowInFlight(modules, way!, { tensors: [], row: 0, rows: 1 }, () => {});
  const keep = (module: number, part: number, tensor: Tensor): void =>
    row.keep(module, part, { ...BATCH, outputs: [tensor], computeMs: 1, doneMs: 1 }, 0);
  keep(0, 0, given('crops', 1, 2));
  expect(row.split(1)).toBe(2);
  keep(1, 1, given('signs', 21, 22));
  expect(row.split(2, 1)).toBe(2);
  keep(1, 0, given('signs', 11, 12));
  expect(row.split(2, 0)).toBe(2);
  const read = [0, 1, 2, 3].flatMap((part) => floats(row.read(2, part)[0]!));
  expect(read).toEqual([21, 22, 11, 12]);
  for (const [part, value] of read.entries()) keep(2, part, given('text', value + 100));
  expect(valuesOf(row.output(2, 'text'))).toEqual([111, 112, 121, 122]);
  for (const part of [3, 0, 2, 1]) expect(row.split(3, part)).toBe(1);
  for (const [part, from] of [3, 0, 2, 1].entries()) keep(3, part, given('word', read[from]! + 1000));
  expect(valuesOf(row.output(3, 'word'))).toEqual([1011, 1012, 1021, 1022]);
});

it('what each module waited and computed counts from when its task could begin, and is that of its last task', () => {
  const plan = planOf('app', [
    { name: 'detect', inputs: [tensor('x', 1)], outputs: [tensor('crops', 2, 1), tensor('scene', 1)] },
    { name: 'place', after: ['detect'], inputs: [tensor('scene', 1)], outputs: [tensor('place', 1)] },
    {
      name: 'find',
      after: ['detect'],
      rows: 'split',
      perRequest: 2,
      inputs: [tensor('crops', 1)],
      outputs: [tensor('signs', 1, 1)],
    },
    {
      name: 'read',
      after: ['find'],
      rows: 'split',
      perRequest: 2,
      inputs: [tensor('signs', 1)],
      outputs: [tensor('text', 1)],
    },
  ]);
  const modules = plan.modules.map(describeModule);
  const [way] = listCallables(plan, modules);
  let runs: RowEnd['runs'] = [];
  const row = new RowInFlight(modules, way!, { tensors: [], row: 0, rows: 1 }, (end) => {
    runs = end.runs;
  });
  const begunMs = row.arrivedMs;
  const keep = (
    module: number,
    part: number,
    doneMs: number,
    computeMs: number,
    ...outputs: Tensor[]
  ): void => row.keep(module, part, { ...BATCH, outputs, computeMs, doneMs: begunMs + doneMs }, 0);
  keep(0, 0, 15, 10, given('crops', 1, 2), given('scene', 1));
  row.split(2);
  keep(2, 0, 30, 10, given('signs', 1));
  row.split(3, 0);
  keep(2, 1, 40, 10, given('signs', 2));
  row.split(3, 1);
  keep(1, 0, 45, 20, given('place', 1));
  keep(3, 1, 52, 4, given('text', 2));
  keep(3, 0, 50, 4, given('text', 1));
  row.end({ kind: 'complete', request: 0 }, undefined);
  const told = runs.map(({ module, tasks, readyMs, doneMs, queueMs, computeMs }) =>
    [module, tasks, readyMs - begunMs, doneMs - begunMs, queueMs, computeMs].map((value) =>
      typeof value === 'number' ? Math.round(value) : value,
    ),
  );
  expect(told).toEqual([
    ['detect', 1, 0, 15, 5, 10],
    ['place', 1, 15, 45, 10, 20],
    ['find', 2, 15, 40, 15, 10],
    ['read', 2, 30, 52, 8, 4],
  ]);
});
