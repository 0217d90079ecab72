/** What real files bring besides float images: every one runs, or is refused by name, and none ends this process. */
import { closeSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { DATATYPES } from '../../src/domain/tensor.ts';
import { examineModel } from '../../src/engine/examine-model.ts';
import { createModel } from '../../src/engine/onnx/create-model.ts';
import { ELEMENT_TYPE } from '../../src/engine/onnx/element-types.ts';
import { inspectModel, openModel } from '../../src/engine/onnx/inspect-model.ts';
import { encodeModel, type Message } from '../../src/engine/onnx/schema.ts';
import { openProbe } from '../../src/engine/runtime-probe.ts';
import { allowedCores } from '../../src/machine/confine.ts';
import { seededRandom } from '../../src/numeric/prng.ts';
import { checkInputs } from '../../src/profiling/check-dims.ts';
import { measureInProcess } from '../../src/profiling/measure-in-process.ts';
import { emptyFolder, floats, reluModel, writeFixture } from './onnx/fixture-model.ts';

const probe = openProbe(new AbortController().signal);
afterAll(() => probe.close());
const signal = new AbortController().signal;

/** A value of any type; undefined leaves out its shape. */
const typed = (
  name: string,
  elemType: number,
  shape: (number | string)[] | undefined,
): Message<'ValueInfoProto'> => ({
  name,
  type: {
    tensorType: { elemType, ...(shape && { shape: floats(name, shape).type!.tensorType!.shape! }) },
  },
});

/** Runs it with the inputs that measuring would make up. */
async function run(bytes: Uint8Array): Promise<unknown> {
  const file = writeFixture(bytes);
  const { inputs } = inspectModel(file);
  checkInputs({}, inspectModel(file));
  return probe.compare({
    original: file,
    lifted: file,
    inputs,
    dims: {},
    trials: [{ seed: 1, batchSize: 1 }],
    rowsFirst: false,
    weightsFolder: undefined,
  });
}

const RUNS = { kind: 'same' };

test.each(DATATYPES.filter((datatype) => datatype !== 'BYTES'))('%s goes in and out', async (datatype) => {
  const type = ELEMENT_TYPE[datatype];
  const model = reluModel({
    node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
    input: [typed('x', type, ['batch', 3])],
    output: [typed('y', type, ['batch', 3])],
  });
  expect(await run(model)).toMatchObject(RUNS);
});

test('int8 in both spellings of quantisation: QLinearMatMul, and Q/DQ around MatMul; multiply-adds of both', async () => {
  const bytes = (values: Uint8Array | Float32Array): Uint8Array => new Uint8Array(values.buffer);
  const initializer = [
    { name: 'scale', dataType: ELEMENT_TYPE.FP32, dims: [], rawData: bytes(Float32Array.of(0.1)) },
    { name: 'zero', dataType: ELEMENT_TYPE.UINT8, dims: [], rawData: Uint8Array.of(128) },
    { name: 'w', dataType: ELEMENT_TYPE.UINT8, dims: [4, 2], rawData: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  ];
  const node: Message<'NodeProto'>[] = [
    { opType: 'QuantizeLinear', input: ['x', 'scale', 'zero'], output: ['q'] },
    {
      opType: 'QLinearMatMul',
      input: ['q', 'scale', 'zero', 'w', 'scale', 'zero', 'scale', 'zero'],
      output: ['p'],
    },
    { opType: 'DequantizeLinear', input: ['p', 'scale', 'zero'], output: ['a'] },
    { opType: 'DequantizeLinear', input: ['w', 'scale', 'zero'], output: ['v'] },
    { opType: 'MatMul', input: ['x', 'v'], output: ['b'] },
    { opType: 'Add', input: ['a', 'b'], output: ['y'] },
  ];
  const model = reluModel({ node, initializer, output: [floats('y', ['batch', 2])] });
  expect(await run(model)).toMatchObject(RUNS);
  const { work } = await examineModel(openModel(writeFixture(model)), {}, probe);
  expect(work).toMatchObject({
    byOperator: { QLinearMatMul: 8, MatMul: 8 },
    multiplyAddsPerRow: 16,
    notCounted: [],
  });
});

test.each([7, 9, 11, 13, 17, 21, 23])('opset %i', async (version) => {
  const relu = { node: [{ opType: 'Relu', input: ['x'], output: ['y'] }] };
  const graph = {
    name: 'g',
    ...relu,
    input: [floats('x', ['batch', 4])],
    output: [floats('y', ['batch', 4])],
  };
  const irVersion = version < 9 ? 3 : version < 21 ? 7 : 10;
  expect(await run(encodeModel({ irVersion, opsetImport: [{ version }], graph }))).toMatchObject(RUNS);
});

const ONE_RUN = { warmUpMs: 0, warmUpRuns: 0, minDurationMs: 0, minRuns: 1, maxDurationMs: 0 };

describe('odd, but right', () => {
  test.each<[string, Message<'GraphProto'>]>([
    ['an input that is one number', { input: [floats('x', [])], output: [floats('y', [])] }],
    [
      'no inputs',
      {
        input: [],
        initializer: [{ name: 'x', dataType: 1, dims: [1], rawData: new Uint8Array(4) }],
        output: [floats('y', [1])],
      },
    ],
    [
      'initializers among the inputs',
      {
        node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
        input: [floats('x', ['batch', 4]), floats('w', [4])],
        initializer: [{ name: 'w', dataType: 1, dims: [4], rawData: new Uint8Array(16) }],
      },
    ],
    ['an output without a shape', { output: [typed('y', 1, undefined)] }],
    [
      'a branch',
      {
        node: [
          {
            opType: 'If',
            input: ['yes'],
            output: ['y'],
            attribute: ['then_branch', 'else_branch'].map((name, index) => ({
              name,
              type: 5,
              g: {
                name,
                node: [{ opType: 'Relu', input: ['x'], output: [`y${index}`] }],
                output: [floats(`y${index}`, ['batch', 4])],
              },
            })),
          },
        ],
        initializer: [{ name: 'yes', dataType: 9, dims: [], rawData: Uint8Array.of(1) }],
      },
    ],
  ])('%s', async (_sentence, graph) => {
    const file = writeFixture(reluModel(graph));
    const setup = { modelFile: file, inputs: inspectModel(file).inputs, provider: 'cpu', dims: {}, seed: 1 };
    const measure = measureInProcess({ ...setup, limits: ONE_RUN }, allowedCores());
    expect(await measure({ cores: 1, batchSize: 1 }, signal)).toMatchObject({ kind: 'measured', runs: 1 });
  });

  test('operators that the model defines itself run, and are not counted', async () => {
    const model = encodeModel({
      irVersion: 8,
      opsetImport: [{ version: 17 }, { domain: 'mine', version: 1 }],
      functions: [
        {
          name: 'Twice',
          domain: 'mine',
          input: ['a'],
          output: ['b'],
          node: [{ opType: 'Add', input: ['a', 'a'], output: ['b'] }],
          opsetImport: [{ version: 17 }],
        },
      ],
      graph: {
        name: 'g',
        node: [{ opType: 'Twice', domain: 'mine', input: ['x'], output: ['y'] }],
        input: [floats('x', ['batch', 4])],
        output: [floats('y', ['batch', 4])],
      },
    });
    expect(await run(model)).toMatchObject(RUNS);
    const { work } = await examineModel(openModel(writeFixture(model)), {}, probe);
    expect(work?.notCounted).toEqual(['mine.Twice']);
  });
});

describe('refused by name', () => {
  test('strings, which harp cannot make up', async () => {
    const words = reluModel({
      node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
      input: [typed('x', ELEMENT_TYPE.BYTES, ['batch', 3])],
      output: [typed('y', ELEMENT_TYPE.BYTES, ['batch', 3])],
    });
    await expect(run(words)).rejects.toThrow(/"x" takes strings/);
  });

  test('a file that no protobuf message can be as long as: the hint names external data', () => {
    const file = join(emptyFolder(), 'huge.onnx');
    const opened = openSync(file, 'w');
    ftruncateSync(opened, 2 ** 31 + 1);
    closeSync(opened);
    expect(() => inspectModel(file)).toThrow(/larger than 2 GiB.*external data/);
  });

  test('an operator that onnxruntime lacks: inspect says so and shows the rest', async () => {
    const file = writeFixture(reluModel({ node: [{ opType: 'Relux', input: ['x'], output: ['y'] }] }));
    const { operators, notComputed } = await examineModel(openModel(file), {}, probe);
    expect(operators).toEqual({ Relux: 1 });
    expect(notComputed).toMatch(/onnxruntime does not take this model:.*Relux/);
  });
});

test('300 damaged files are refused with exit code 2 or read, never more', () => {
  const random = seededRandom(20);
  const wholes = [createModel('lstm', { seed: 1 }).slice(0, 4000), reluModel(), richModel()];
  const file = writeFixture('');
  let refused = 0;
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from(wholes[round % wholes.length]!);
    const at = (): number => Math.floor(random.uniform() * bytes.length);
    for (let flips = 1 + (round % 4); flips > 0; flips--)
      bytes[at()]! ^= 1 << Math.floor(random.uniform() * 8);
    writeFileSync(file, round % 5 === 0 ? bytes.subarray(0, at()) : bytes);
    try {
      openModel(file);
    } catch (error) {
      if (!(error instanceof HarpError)) throw new Error(`round ${round}: ${(error as Error).stack}`);
      expect(error.exitCode).toBe(2);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(100);
});

test('damaged files that can still be read do not take this process with them when the runtime looks at them', async () => {
  const random = seededRandom(21);
  const whole = richModel();
  const file = writeFixture('');
  const seen = { examined: 0, refusedByRuntime: 0 };
  for (let round = 0; round < 60; round++) {
    const bytes = Uint8Array.from(whole);
    bytes[Math.floor(random.uniform() * bytes.length)]! ^= 1 << Math.floor(random.uniform() * 8);
    writeFileSync(file, bytes);
    let read: ReturnType<typeof openModel>;
    try {
      read = openModel(file);
    } catch (error) {
      if (error instanceof HarpError) continue;
      throw error;
    }
    const values = await probe.inferShapes(encodeModel(read.model)).catch((error: Error) => error.name);
    seen[values === 'ModelRefused' ? 'refusedByRuntime' : 'examined']++;
  }
  expect(seen.examined).toBeGreaterThan(5);
  expect(seen.refusedByRuntime).toBeGreaterThan(5);
});

/** A little of everything that is read: nodes, attributes, constants in both encodings, a branch, external data. */
function richModel(): Uint8Array {
  const shape = (name: string, ...values: number[]): Message<'TensorProto'> => ({
    name,
    dataType: ELEMENT_TYPE.INT64,
    dims: [values.length],
    int64Data: values,
  });
  return reluModel({
    node: [
      { opType: 'ConstantOfShape', name: 'fill', input: ['s'], output: ['w'] },
      { opType: 'Constant', output: ['c'], attribute: [{ name: 'value', type: 4, t: shape('', -1, 4) }] },
      { opType: 'MatMul', name: 'multiply', input: ['x', 'w'], output: ['m'] },
      { opType: 'Reshape', name: 'form', input: ['m', 'c'], output: ['r'] },
      {
        opType: 'Softmax',
        name: 'share',
        input: ['r'],
        output: ['y'],
        attribute: [{ name: 'axis', type: 2, i: 1 }],
      },
    ],
    initializer: [shape('s', 4, 4)],
    valueInfo: [floats('m', ['batch', 4])],
  });
}
