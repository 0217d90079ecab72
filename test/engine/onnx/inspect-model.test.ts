import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HarpError } from '../../../src/domain/errors.ts';
import { createModel } from '../../../src/engine/onnx/create-model.ts';
import { inspectModel } from '../../../src/engine/onnx/inspect-model.ts';
import type { Message } from '../../../src/engine/onnx/schema.ts';
import { emptyFolder, floats, reluModel, writeFixture } from './fixture-model.ts';

const FLOAT = 1;
const INT64 = 7;
const inspectRelu = (graph: Message<'GraphProto'> = {}) => inspectModel(writeFixture(reluModel(graph)));

function problemOf(file: string): HarpError {
  try {
    inspectModel(file);
  } catch (error) {
    if (error instanceof HarpError) return error;
    throw error;
  }
  throw new Error(`${file} was accepted`);
}

test('a created model is summarised as it was asked for', () => {
  const bytes = createModel('mlp', { seed: 1 });
  const file = writeFixture(bytes, 'tiny.ONNX');
  expect(inspectModel(file)).toEqual({
    name: 'tiny',
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    opset: 17,
    producer: 'harp',
    inputs: [{ name: 'features', datatype: 'FP32', shape: ['batch', 128] }],
    outputs: [{ name: 'logits', datatype: 'FP32', shape: ['batch', 10] }],
    operators: { Gemm: 3, Relu: 2 },
    parameters: 128 * 256 + 256 + 256 * 256 + 256 + 256 * 10 + 10,
    batch: { kind: 'symbolic', name: 'batch' },
  });
});

describe('inputs', () => {
  test('initializers that older files list among the inputs are none', () => {
    const { inputs } = inspectRelu({
      input: [floats('x', [1, 4]), floats('w', [4, 4])],
      initializer: [{ name: 'w', dataType: FLOAT, dims: [4, 4] }],
    });
    expect(inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test('dimensions without a name or a length get one', () => {
    expect(inspectRelu({ input: [floats('x', [null, 3, null])] }).inputs[0]!.shape).toEqual([
      'dim0',
      3,
      'dim2',
    ]);
  });

  test.each<[string, Message<'TypeProto'>, RegExp]>([
    ['a sequence', {}, /"x" is not a tensor.*sequence/],
    ['bfloat16', { tensorType: { elemType: 16 } }, /"x" is not a tensor.*type 16/],
  ])('%s is refused by name', (_sentence, type, message) => {
    expect(problemOf(writeFixture(reluModel({ input: [{ name: 'x', type }] }))).message).toMatch(message);
  });
});

describe('operators', () => {
  const node = (opType: string, more: Message<'NodeProto'> = {}): Message<'NodeProto'> => ({
    opType,
    ...more,
  });

  test('are counted, the most frequent first, those of other domains under their full name', () => {
    const { operators } = inspectRelu({
      node: [node('Add'), node('Relu'), node('Relu'), node('Gelu', { domain: 'com.microsoft' })],
    });
    expect(Object.entries(operators)).toEqual([
      ['Relu', 2],
      ['Add', 1],
      ['com.microsoft.Gelu', 1],
    ]);
  });

  test('also inside the branches of an If', () => {
    const branch = { node: [node('Tanh')], initializer: [{ name: 'w', dataType: FLOAT, dims: [5] }] };
    const { operators, parameters } = inspectRelu({
      node: [
        node('If', {
          attribute: [
            { name: 'then_branch', g: branch },
            { name: 'else_branch', g: { node: [node('Tanh')] } },
          ],
        }),
      ],
    });
    expect(operators).toEqual({ If: 1, Tanh: 2 });
    expect(parameters).toBe(5);
  });
});

describe('parameters', () => {
  const shapeOf = (...dims: number[]) => Buffer.from(BigInt64Array.from(dims, BigInt).buffer);
  const constant = (
    opType: string,
    t: Message<'TensorProto'>,
    input: string[] = [],
  ): Message<'NodeProto'> => ({
    opType,
    input,
    output: ['c'],
    attribute: [{ name: 'value', t }],
  });

  test.each<[string, Message<'GraphProto'>, number]>([
    ['weights count', { initializer: [{ name: 'w', dataType: FLOAT, dims: [4, 3] }] }, 12],
    ['quantised weights count', { initializer: [{ name: 'w', dataType: 3, dims: [7] }] }, 7],
    ['shapes do not', { initializer: [{ name: 's', dataType: INT64, dims: [4] }] }, 0],
    ['single numbers do not', { initializer: [{ name: 'six', dataType: FLOAT, dims: [] }] }, 0],
    ['a Constant counts', { node: [constant('Constant', { dataType: FLOAT, dims: [2, 5] })] }, 10],
    [
      'a ConstantOfShape counts by its shape, stored as bytes',
      {
        node: [constant('ConstantOfShape', { dataType: FLOAT, dims: [1] }, ['s'])],
        initializer: [{ name: 's', dataType: INT64, dims: [2], rawData: shapeOf(6, 7) }],
      },
      42,
    ],
    [
      'a ConstantOfShape counts by its shape, stored as integers',
      {
        node: [constant('ConstantOfShape', { dataType: FLOAT, dims: [1] }, ['s'])],
        initializer: [{ name: 's', dataType: INT64, dims: [2], int64Data: [6, 7] }],
      },
      42,
    ],
    [
      'of a batch normalisation scale and shift count, mean and variance do not',
      {
        node: [{ opType: 'BatchNormalization', input: ['x', 'scale', 'shift', 'mean', 'var'] }],
        initializer: ['scale', 'shift', 'mean', 'var'].map((name) => ({ name, dataType: FLOAT, dims: [8] })),
      },
      16,
    ],
  ])('%s', (_sentence, graph, expected) => {
    expect(inspectRelu(graph).parameters).toBe(expected);
  });
});

describe('files that are no model', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['an empty file', '', /is empty/],
    ['text', 'once upon a time', /not an ONNX file.*got text/],
    ['JSON', '{"schemaVersion": 1}', /not an ONNX file.*got JSON/],
    ['a zip archive', 'PK\x03\x04\x14\x00', /not an ONNX file.*zip archive/],
    ['a gzip archive', Buffer.from([0x1f, 0x8b, 8, 0]), /not an ONNX file.*gzip archive/],
    ['an .ort file', '\x20\x00\x00\x00ORTM', /not an ONNX file.*\.ort/],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid', /Git LFS pointer/],
    ['arbitrary bytes', Buffer.from([0xff, 0x00, 0x13, 0x37]), /not an ONNX file.*binary/],
    ['protobuf of another kind', Buffer.from([0x08, 0x01, 0x12, 0x02, 0x68, 0x69]), /cut short or damaged/],
  ])('%s', (_sentence, bytes, message) => {
    const problem = problemOf(writeFixture(bytes));
    expect(problem).toMatchObject({ code: 'bad-input', exitCode: 2 });
    expect(problem.message).toMatch(message);
  });

  test('a file that is not there', () => {
    expect(problemOf(join(emptyFolder(), 'none.onnx')).message).toMatch(/none\.onnx: no such file/);
  });

  test('a folder', () => {
    expect(problemOf(emptyFolder()).message).toMatch(/this is a folder/);
  });

  test('a model cut short, wherever it is cut', () => {
    const whole = reluModel({
      initializer: [{ name: 'w', dataType: FLOAT, dims: [2], rawData: new Uint8Array(8) }],
    });
    const file = writeFixture('');
    for (let length = 1; length < whole.length; length++) {
      writeFileSync(file, whole.subarray(0, length));
      expect(problemOf(file).message, `${length} of ${whole.length} bytes`).toMatch(/cut short or damaged/);
    }
  });
});

describe('external data', () => {
  const withData = (location: string, more: Record<string, string> = {}): Uint8Array =>
    reluModel({
      initializer: [
        {
          name: 'w',
          dataType: FLOAT,
          dims: [4],
          dataLocation: 1,
          externalData: Object.entries({ location, ...more }).map(([key, value]) => ({ key, value })),
        },
      ],
    });

  test('beside the model or below it is accepted', () => {
    const file = writeFixture(withData('weights/w.bin', { offset: '4', length: '16' }));
    mkdirSync(join(dirname(file), 'weights'));
    writeFileSync(join(dirname(file), 'weights/w.bin'), new Uint8Array(20));
    expect(inspectModel(file)).toMatchObject({ parameters: 4, externalData: ['weights/w.bin'] });
    expect(inspectModel(writeFixture(reluModel()))).not.toHaveProperty('externalData');
  });

  test.each<[string, string, RegExp]>([
    ['missing', 'w.bin', /external data of "w" is missing.*"w\.bin"/],
    ['above the folder', '../w.bin', /outside the model's folder.*"\.\.\/w\.bin"/],
    ['above the folder by a detour', 'a/../../w.bin', /outside the model's folder/],
    ['at an absolute path', '/etc/hostname', /outside the model's folder/],
    ['without a location', '', /outside the model's folder/],
  ])('%s is refused', (_sentence, location, message) => {
    expect(problemOf(writeFixture(withData(location))).message).toMatch(message);
  });

  const besideModel = (bytes: Uint8Array): { file: string; data: string } => {
    const file = writeFixture(bytes);
    return { file, data: join(dirname(file), 'w.bin') };
  };

  test.each<[string, Record<string, string>, RegExp]>([
    ['an offset before the file', { offset: '-4', length: '16' }, /no place in its file/],
    ['an offset that is no number', { offset: 'four' }, /no place in its file/],
    ['another length than its shape has', { length: '12' }, /does not fit its shape.*16 bytes/],
    ['no length, and an offset near the end', { offset: '8' }, /cut short \(expected 24 bytes/],
  ])('%s is refused', (_sentence, place, message) => {
    const { file, data } = besideModel(withData('w.bin', place));
    writeFileSync(data, new Uint8Array(20));
    expect(problemOf(file).message).toMatch(message);
  });

  test('behind a symbolic link that leads away is refused', () => {
    const { file, data } = besideModel(withData('w.bin'));
    const elsewhere = join(emptyFolder(), 'secret');
    writeFileSync(elsewhere, new Uint8Array(16));
    symlinkSync(elsewhere, data);
    expect(problemOf(file).message).toMatch(/outside the model's folder/);
  });

  test('beside the file that the model itself is a link to is accepted, as the caches of model hubs have it', () => {
    const blobs = emptyFolder();
    writeFileSync(join(blobs, 'a'), withData('w.bin'));
    writeFileSync(join(blobs, 'b'), new Uint8Array(16));
    const snapshot = emptyFolder();
    symlinkSync(join(blobs, 'a'), join(snapshot, 'model.onnx'));
    symlinkSync(join(blobs, 'b'), join(snapshot, 'w.bin'));
    expect(inspectModel(join(snapshot, 'model.onnx'))).toMatchObject({
      parameters: 4,
      externalData: ['w.bin'],
    });
  });

  test('cut short is refused with both sizes', () => {
    const file = writeFixture(withData('w.bin', { offset: '0', length: '16' }));
    writeFileSync(join(dirname(file), 'w.bin'), new Uint8Array(10));
    expect(problemOf(file).message).toMatch(/cut short \(expected 16 bytes, not 10/);
  });
});
