import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { liftedFrom, liftModel } from '../../src/engine/lift-model.ts';
import { inspectModel, openModel } from '../../src/engine/onnx/inspect-model.ts';
import type { Message } from '../../src/engine/onnx/schema.ts';
import { openProbe } from '../../src/engine/runtime-probe.ts';
import { createdModel } from './onnx/created-model.ts';
import { fixBatch } from './onnx/fix-batch.ts';
import { floats, reluModel, writeFixture } from './onnx/fixture-model.ts';

const probe = openProbe(new AbortController().signal);
afterAll(() => probe.close());

const FLOAT = 1;
const INT64 = 7;
const bytesOf = (values: Float32Array | BigInt64Array): Uint8Array => new Uint8Array(values.buffer);
const integers = (name: string, ...values: number[]): Message<'TensorProto'> => ({
  name,
  dataType: INT64,
  dims: [values.length],
  rawData: bytesOf(BigInt64Array.from(values, BigInt)),
});
const numbers = (name: string, dims: number[]): Message<'TensorProto'> => {
  const count = dims.reduce((product, length) => product * length, 1);
  return {
    name,
    dataType: FLOAT,
    dims,
    rawData: bytesOf(Float32Array.from({ length: count }, (_, i) => Math.sin(i))),
  };
};
const node = (
  opType: string,
  input: string[],
  output: string[],
  attribute: Message<'AttributeProto'>[] = [],
): Message<'NodeProto'> => ({ opType, name: `the_${opType}`, input, output, attribute });

/** A model of one row: x → nodes → y. */
const oneRow = (
  x: (number | string)[],
  y: (number | string)[],
  nodes: Message<'NodeProto'>[],
  initializer: Message<'TensorProto'>[] = [],
): Uint8Array => reluModel({ input: [floats('x', x)], output: [floats('y', y)], node: nodes, initializer });

const targetOf = (file: string): string => join(dirname(file), 'model.lifted.onnx');

async function lift(bytes: Uint8Array) {
  const file = writeFixture(bytes);
  return { file, outcome: await liftModel(openModel(file), { dims: {}, target: targetOf(file) }, probe) };
}

test.each(['mlp', 'squeezenet', 'ssdlite', 'bert', 'lstm'])(
  '%s, fixed to one row, is lifted back',
  async (name) => {
    const { file, outcome } = await lift(fixBatch(readFileSync(createdModel(name))));
    expect(inspectModel(file).batch.kind).toBe('fixed');
    expect(outcome).toEqual({ kind: 'lifted', axis: 'batch', rows: 7 });
    const lifted = inspectModel(targetOf(file));
    expect(lifted.batch).toEqual({ kind: 'symbolic', name: 'batch' });
    expect(lifted.outputs.map(({ shape }) => shape[0])).toEqual(lifted.outputs.map(() => 'batch'));
    expect(liftedFrom(targetOf(file))).toBe(inspectModel(file).sha256);
  },
);

describe('a batch of 1 that is spelled out follows the batch', () => {
  test.each<[string, Uint8Array]>([
    [
      'in a Reshape with a length left open',
      oneRow([1, 2, 6], [1, 12], [node('Reshape', ['x', 's'], ['y'])], [integers('s', 1, -1)]),
    ],
    [
      'in a Reshape that is a node of its own',
      oneRow(
        [1, 2, 6],
        [1, 12],
        [
          node('Constant', [], ['s'], [{ name: 'value', type: 4, t: integers('', 1, 12) }]),
          node('Reshape', ['x', 's'], ['y']),
        ],
      ),
    ],
    [
      'in a Reshape whose batch is not in front, as heads are split from [steps, batch, width]',
      oneRow(
        [1, 3, 8],
        [1, 3, 8],
        [
          node('Transpose', ['x'], ['t'], [{ name: 'perm', type: 7, ints: [1, 0, 2] }]),
          node('Reshape', ['t', 'heads'], ['h']),
          node('Softmax', ['h'], ['p'], [{ name: 'axis', type: 2, i: 2 }]),
          { ...node('Reshape', ['p', 'back'], ['b']), name: 'join' },
          { ...node('Transpose', ['b'], ['y'], [{ name: 'perm', type: 7, ints: [1, 0, 2] }]), name: 'front' },
        ],
        [integers('heads', 3, 2, 4), integers('back', 3, 1, 8)],
      ),
    ],
    [
      'in the sizes of a Resize',
      oneRow(
        [1, 1, 3, 3],
        [1, 1, 5, 5],
        [
          node(
            'Resize',
            ['x', '', '', 'sizes'],
            ['y'],
            [{ name: 'mode', type: 3, s: Buffer.from('linear') }],
          ),
        ],
        [integers('sizes', 1, 1, 5, 5)],
      ),
    ],
    [
      'in a row that is put in front, as a class token is',
      oneRow(
        [1, 3, 4],
        [1, 4, 4],
        [node('Concat', ['token', 'x'], ['y'], [{ name: 'axis', type: 2, i: 1 }])],
        [numbers('token', [1, 1, 4])],
      ),
    ],
    [
      'in the first state of a recurrence',
      oneRow(
        [1, 3, 4],
        [1, 2],
        [
          node('Transpose', ['x'], ['t'], [{ name: 'perm', type: 7, ints: [1, 0, 2] }]),
          node('GRU', ['t', 'w', 'r', '', '', 'h'], ['', 'last'], [{ name: 'hidden_size', type: 2, i: 2 }]),
          node('Squeeze', ['last', 'axes'], ['y']),
        ],
        [numbers('w', [1, 6, 4]), numbers('r', [1, 6, 2]), numbers('h', [1, 1, 2]), integers('axes', 0)],
      ),
    ],
  ])('%s', async (_sentence, bytes) => {
    expect((await lift(bytes)).outcome).toEqual({ kind: 'lifted', axis: 'batch', rows: 7 });
  });
});

describe('what prevents it is named, and nothing is written', () => {
  test.each<[string, Uint8Array, RegExp]>([
    [
      'an operator over the whole batch',
      oneRow([1, 4], [1, 4], [node('Softmax', ['x'], ['y'], [{ name: 'axis', type: 2, i: 0 }])]),
      /Softmax "the_Softmax" does not keep rows apart|do not depend on its inputs/,
    ],
    [
      'one that mixes rows, among others that do not',
      oneRow(
        [1, 4],
        [1, 4],
        [node('Relu', ['x'], ['a']), node('CumSum', ['a', 'zero'], ['b']), node('Sigmoid', ['b'], ['y'])],
        [{ ...integers('zero', 0), dims: [] }],
      ),
      /^the operator CumSum "the_CumSum" does not keep rows apart: row 1 of 2/,
    ],
    [
      'one that drops the batch',
      oneRow(
        [1, 4],
        [1, 4],
        [node('Squeeze', ['x', 'axes'], ['s']), node('Unsqueeze', ['s', 'axes'], ['y'])],
        [integers('axes', 0)],
      ),
      /^the operator Squeeze "the_Squeeze" does not take a batch/,
    ],
    [
      'one that decides for the whole batch',
      oneRow([1, 4], [1, 4], [node('If', ['x'], ['y'], [{ name: 'then_branch', type: 5, g: {} }])]),
      /^the operator If "the_If" decides once for a whole batch/,
    ],
    [
      'one that finds any number of rows',
      oneRow([1, 4], [1, 'found'], [node('NonZero', ['x'], ['y'])]),
      /NonZero "the_NonZero" gives as many rows as it finds/,
    ],
    [
      'one whose scale is that of the whole batch',
      oneRow(
        [1, 4],
        [1, 4],
        [
          node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']),
          node('DequantizeLinear', ['q', 's', 'z'], ['y']),
        ],
      ),
      /DynamicQuantizeLinear.*takes its scale from a whole batch/,
    ],
    ['a batch of 4', oneRow([4, 2], [4, 2], [node('Relu', ['x'], ['y'])]), /made for batches of 4/],
    [
      'an answer that says nothing about the input',
      oneRow(
        [1, 4],
        [1, 4],
        [node('Mul', ['x', 'none'], ['y'])],
        [{ name: 'none', dataType: FLOAT, dims: [1], rawData: bytesOf(Float32Array.of(0)) }],
      ),
      /do not depend on its inputs/,
    ],
  ])('%s', async (_sentence, bytes, reason) => {
    const { file, outcome } = await lift(bytes);
    expect(outcome).toMatchObject({ kind: 'prevented', reason: expect.stringMatching(reason) });
    expect(existsSync(targetOf(file))).toBe(false);
  });

  test('a file that harp did not lift stands in its place', async () => {
    const file = writeFixture(fixBatch(readFileSync(createdModel('mlp'))));
    writeFileSync(targetOf(file), 'mine');
    const outcome = await liftModel(openModel(file), { dims: {}, target: targetOf(file) }, probe);
    expect(outcome).toMatchObject({ kind: 'prevented', reason: expect.stringContaining('is another file') });
    expect(readFileSync(targetOf(file), 'utf8')).toBe('mine');
  });
});

test('weights that lie beside the model stay there', async () => {
  const file = writeFixture(
    oneRow(
      [1, 2, 2],
      [1, 2],
      [node('Reshape', ['x', 's'], ['f']), node('MatMul', ['f', 'w'], ['y'])],
      [
        integers('s', 1, 4),
        { name: 'w', dataType: FLOAT, dims: [4, 2], dataLocation: 1, externalData: place(8, 32) },
      ],
    ),
  );
  const weights = Float32Array.from({ length: 8 }, (_, i) => Math.cos(i));
  writeFileSync(join(dirname(file), 'w.bin'), Buffer.concat([Buffer.alloc(8), bytesOf(weights)]));
  const read = openModel(file);
  expect(await liftModel(read, { dims: {}, target: undefined }, probe)).toMatchObject({ kind: 'lifted' });
  expect(await liftModel(read, { dims: {}, target: targetOf(file) }, probe)).toMatchObject({
    kind: 'lifted',
  });
  expect(inspectModel(targetOf(file)).parameters).toBe(8);
});

const place = (offset: number, length: number): Message<'StringStringEntryProto'>[] =>
  Object.entries({ location: 'w.bin', offset, length }).map(([key, value]) => ({
    key,
    value: String(value),
  }));

test('rows that would pass unseen in constant answers are compared inside: every weight the same', async () => {
  const same = (name: string, dims: number[]): Message<'TensorProto'> => ({
    ...numbers(name, dims),
    rawData: bytesOf(new Float32Array(dims.reduce((product, length) => product * length, 1)).fill(0.5)),
  });
  const bytes = oneRow(
    [1, 4],
    [1, 3],
    [node('MatMul', ['x', 'w'], ['m']), node('Softmax', ['m'], ['y'], [{ name: 'axis', type: 2, i: 1 }])],
    [same('w', [4, 3])],
  );
  const { file, outcome } = await lift(bytes);
  expect(outcome).toMatchObject({ kind: 'lifted' });
  expect(inspectModel(targetOf(file)).operators).toEqual({ MatMul: 1, Softmax: 1 });
});
