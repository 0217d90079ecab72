/** A model of 500 MB that is fixed to one row: examined, lifted, profiled, planned and served, as users do it. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeModel } from '../../src/engine/onnx/schema.ts';
import { floats } from '../engine/onnx/fixture-model.ts';
import { harp, serve } from './harp.ts';
import { run } from './small-models.ts';

const [INPUTS, UNITS] = [8192, 15_360];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-big-'));
  const weights = new Float32Array(INPUTS * UNITS);
  for (let i = 0; i < weights.length; i++)
    weights[i] = ((Math.imul(i, 0x9e3779b1) >>> 16) - 0x8000) / 0x400000;
  const graph = {
    name: 'wide',
    node: [
      { opType: 'Reshape', input: ['x', 'target'], output: ['flat'] },
      { opType: 'MatMul', input: ['flat', 'w'], output: ['wide'] },
      { opType: 'Relu', input: ['wide'], output: ['y'] },
    ],
    initializer: [
      { name: 'w', dataType: 1, dims: [INPUTS, UNITS], rawData: new Uint8Array(weights.buffer) },
      { name: 'target', dataType: 7, dims: [2], int64Data: [1, INPUTS] },
    ],
    input: [floats('x', [1, 64, INPUTS / 64])],
    output: [floats('y', [1, UNITS])],
  };
  writeFileSync(
    join(folder, 'wide.onnx'),
    encodeModel({ irVersion: 8, opsetImport: [{ version: 17 }], graph }),
  );
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('is examined', async () => {
  expect(statSync(join(folder, 'wide.onnx')).size).toBeGreaterThan(500e6);
  const examined = JSON.parse(await run(['model', 'inspect', 'wide.onnx', '--json'], folder));
  expect(examined).toMatchObject({
    parameters: INPUTS * UNITS,
    work: { multiplyAddsPerRow: INPUTS * UNITS, weightBytes: 4 * INPUTS * UNITS },
    lift: { kind: 'lifted', rows: 7 },
  });
}, 120_000);

test('is lifted, profiled, planned and served in batches', async () => {
  const sweep = '--batch-sizes 1,4 --cores 1 --min-duration 0.2 --max-duration 2 --allow-unstable'.split(' ');
  await run(['profile', 'wide.onnx', ...sweep], folder);
  const { model, points } = JSON.parse(readFileSync(join(folder, 'wide.profile.json'), 'utf8'));
  expect(model).toMatchObject({ file: 'wide.lifted.onnx', lifted: { from: 'wide.onnx', comparedRows: 7 } });
  expect(points.map(({ batchSize }: { batchSize: number }) => batchSize)).toEqual([1, 4]);

  await run(
    ['plan', 'wide.profile.json', '--rate', '2', '--slo', '10000', '--out', 'wide.plan.json'],
    folder,
  );
  const server = await serve(['wide.plan.json'], folder);
  try {
    const data = Array.from({ length: 3 * INPUTS }, (_, i) => Math.sin(i));
    const inputs = [{ name: 'x', shape: [3, 64, INPUTS / 64], datatype: 'FP32', data }];
    const response = await fetch(`${server.url}/v2/models/wide/infer`, {
      method: 'POST',
      body: JSON.stringify({ inputs }),
    });
    expect(response.status).toBe(200);
    const { outputs } = (await response.json()) as { outputs: { shape: number[] }[] };
    expect(outputs[0]!.shape).toEqual([3, UNITS]);
  } finally {
    expect((await server.stop()).exitCode).toBe(0);
  }

  // A lifted model that is not the one that was measured is not served.
  writeFileSync(join(folder, 'wide.lifted.onnx'), 'another');
  const refused = await harp(['serve', 'wide.plan.json', '--http', '127.0.0.1:0'], folder);
  expect(refused).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('changed since it was profiled'),
  });
}, 240_000);
