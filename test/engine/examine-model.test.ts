import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { examineModel } from '../../src/engine/examine-model.ts';
import { openModel } from '../../src/engine/onnx/inspect-model.ts';
import { openProbe } from '../../src/engine/runtime-probe.ts';
import { createdModel } from './onnx/created-model.ts';
import { fixBatch } from './onnx/fix-batch.ts';
import { floats, reluModel, writeFixture } from './onnx/fixture-model.ts';

const probe = openProbe(new AbortController().signal);
afterAll(() => probe.close());

const examine = (bytes: Uint8Array, dims: Record<string, number> = {}) =>
  examineModel(openModel(writeFixture(bytes)), dims, probe);
const examineCreated = (name: string) => examineModel(openModel(createdModel(name)), {}, probe);

describe('multiply-adds per row', () => {
  // Papers and model zoos print these, some with the classifier and some without.
  test.each([
    ['resnet18', 1.82e9],
    ['resnet50', 4.1e9],
    ['mobilenetv2', 0.3e9],
    ['squeezenet', 0.82e9],
  ])('%s: as published, %d', async (name, published) => {
    const { work } = await examineCreated(name);
    expect(work!.notCounted).toEqual([]);
    expect(Math.abs(work!.multiplyAddsPerRow / published - 1)).toBeLessThan(0.01);
  });

  const WIDTH = 512;
  const TOKENS = 128;
  test.each([
    ['mlp', 128 * 256 + 256 * 256 + 256 * 10],
    ['lstm', 100 * 4 * 256 * (40 + 256) + 256 * 35],
    ['bert', 4 * (TOKENS * 12 * WIDTH ** 2 + 2 * TOKENS ** 2 * WIDTH) + WIDTH ** 2],
  ])('%s: by hand, %d', async (name, byHand) => {
    expect((await examineCreated(name)).work!.multiplyAddsPerRow).toBe(byHand);
  });

  test('a batch that is fixed is divided by its rows', async () => {
    const whole = { node: [{ opType: 'MatMul', input: ['x', 'w'], output: ['y'] }] };
    const initializer = [{ name: 'w', dataType: 1, dims: [4, 2], rawData: new Uint8Array(32) }];
    const graph = { ...whole, initializer, input: [floats('x', [8, 4])], output: [floats('y', [8, 2])] };
    const { work, lift } = await examine(reluModel(graph));
    expect(work).toMatchObject({ multiplyAddsPerRow: 8, weightBytes: 32, activationBytesPerRow: 24 });
    expect(work!.arithmeticIntensity).toBe(16 / 56);
    expect(lift).toBeUndefined();
  });

  test('wait for a dimension that has no length yet', async () => {
    const shape = ['batch', 'sequence', 4];
    const text = reluModel({ input: [floats('x', shape)], output: [floats('y', shape)] });
    expect((await examine(text)).notComputed).toMatch(/"sequence".*--dim sequence=128/);
    expect((await examine(text, { sequence: 5 })).work).toMatchObject({
      activationBytesPerRow: 2 * 5 * 4 * 4,
    });
  });
});

test('a model of one row says whether its batch could vary', async () => {
  const { lift, batch } = await examine(fixBatch(readFileSync(createdModel('mlp'))));
  expect(batch.kind).toBe('fixed');
  expect(lift).toEqual({ kind: 'lifted', axis: 'batch', rows: 7 });
});

describe('a named axis 0', () => {
  const sums = {
    node: [{ opType: 'CumSum', input: ['x', 'axis'], output: ['y'] }],
    initializer: [{ name: 'axis', dataType: 7, dims: [], int64Data: [0] }],
    input: [floats('x', ['steps', 4])],
    output: [floats('y', ['steps', 4])],
  };

  test.each([
    ['is a batch where rows stay apart', reluModel(), { kind: 'apart', rows: 7 }],
    [
      'is none where they do not',
      reluModel(sums),
      { kind: 'mixed', reason: /^output "y": row 1 of 2 differs/ },
    ],
    [
      'is not judged by outputs that are always the same',
      reluModel({ ...sums, node: [{ opType: 'Sub', input: ['x', 'x'], output: ['y'] }] }),
      { kind: 'not tried', reason: /do not depend/ },
    ],
  ])('%s', async (_sentence, bytes, expected) => {
    const { rows } = await examine(bytes);
    const reason = 'reason' in expected ? { reason: expect.stringMatching(expected.reason) } : {};
    expect(rows).toMatchObject({ ...expected, ...reason });
  });
});
