import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import ModelCreate from '../../src/commands/model/create.ts';
import ModelInspect from '../../src/commands/model/inspect.ts';
import { createModel } from '../../src/engine/onnx/create-model.ts';
import { fixBatch } from '../engine/onnx/fix-batch.ts';
import { floats, reluModel } from '../engine/onnx/fixture-model.ts';
import { runCommand } from './run-command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-model-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const create = (...argv: string[]) => runCommand(ModelCreate, argv);
const inspect = (...argv: string[]) => runCommand(ModelInspect, argv);
/** As the reader sees it, whatever the folder's name and length. */
const withoutFolder = (text: string): string => text.replaceAll(`${folder}/`, '');

describe('harp model create', () => {
  test('writes the model, in a new folder if need be, and says what it is', async () => {
    const file = join(folder, 'new/small.onnx');
    const { stdout, stderr, exitCode } = await create('mlp', '--out', file, '--seed', '5');
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(readFileSync(file).equals(createModel('mlp', { seed: 5 }))).toBe(true);
    expect(withoutFolder(stdout)).toMatchInlineSnapshot(`
      "wrote new/small.onnx  406 kB, 101 thousand parameters, random weights of seed 5

              name      type  shape
      input   features  FP32  [batch, 128]
      output  logits    FP32  [batch, 10]

      → harp profile new/small.onnx
      "
    `);
  });

  test('--json is one document with the shape that scripts rely on', async () => {
    const { stdout, exitCode } = await create('mlp', '--out', join(folder, 'a.onnx'), '--json');
    expect(exitCode).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toMatchInlineSnapshot(`
      [
        "schemaVersion",
        "kind",
        "architecture",
        "seed",
        "name",
        "file",
        "sha256",
        "sizeBytes",
        "opset",
        "producer",
        "inputs",
        "outputs",
        "operators",
        "parameters",
        "batch",
      ]
    `);
  });

  test('--list shows every architecture', async () => {
    const { stdout } = await create('--list');
    expect(stdout).toMatchInlineSnapshot(`
      "name         architecture
      mlp          multilayer perceptron on 128 features; small, for first steps
      squeezenet   SqueezeNet 1.0: few parameters, images of 224 × 224
      mobilenetv2  inverted residuals for phones, images of 224 × 224
      resnet18     residual network of 18 layers, images of 224 × 224
      resnet50     residual network of 50 layers, images of 224 × 224
      ssdlite      single-shot detector on MobileNetV2, two outputs, images of 320 × 320
      bert         BERT-small: transformer encoder of 4 layers, 128 tokens
      lstm         recurrent classifier of 100 steps with 40 features each
      "
    `);
  });

  test.each([
    ['an unknown name', ['resnet19'], /no architecture "resnet19" \(expected mlp, squeezenet/],
    ['no name', [], /which architecture/],
    ['a seed that is no number', ['mlp', '--seed', 'x'], /an integer.*x/],
  ])('%s is a usage error', async (_sentence, argv, message) => {
    const { stdout, stderr, exitCode } = await create(...argv);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(message);
  });

  test('a path that cannot be written is refused before the work, and nothing is left behind', async () => {
    const { stderr, exitCode } = await create('mlp', '--out', folder);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/cannot write this file.*it is a folder/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('replaces nothing but the same model, unless it is forced to', async () => {
    const file = join(folder, 'mlp.onnx');
    writeFileSync(file, 'mine');
    const refused = await create('mlp', '--out', file);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--force') });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await create('mlp', '--out', file, '--force')).exitCode).toBe(0);
    expect((await create('mlp', '--out', file)).exitCode).toBe(0);
  });

  test('an interrupted one leaves what was there before', async () => {
    const file = join(folder, 'mlp.onnx');
    await create('mlp', '--out', file, '--seed', '1');
    const { mtimeMs } = statSync(file);
    // Emitted between the start of the command and its writing, as a Ctrl-C in the middle of the work is.
    const running = create('mlp', '--out', file, '--seed', '2', '--force');
    while (process.listenerCount('SIGINT') === 0) await new Promise(setImmediate);
    process.emit('SIGINT', 'SIGINT');
    expect(await running).toMatchObject({ exitCode: 130, stdout: '' });
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    expect(readdirSync(folder)).toEqual(['mlp.onnx']);
  });
});

describe('harp model inspect', () => {
  test('says that a model is not read from stdin', async () => {
    const { stdout, stderr, exitCode } = await inspect('-');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
    expect(stderr).toMatch(/^Error: -: a model is not read from stdin \(expected the path of an ONNX file/);
  });

  test('shows signature, operators and batch axis', async () => {
    const file = join(folder, 'lstm.onnx');
    await create('lstm', '--out', file);
    const { stdout, exitCode } = await inspect(file);
    expect(exitCode).toBe(0);
    expect(withoutFolder(stdout)).toMatchInlineSnapshot(`
      "lstm.onnx  1.26 MB, 314 thousand parameters, opset 17, from harp

              name    type  shape
      input   steps   FP32  [batch, 100, 40]
      output  logits  FP32  [batch, 35]

      operator   nodes  multiply-adds
      Gemm           1  8.96 thousand
      LSTM           1   30.3 million
      Squeeze        1
      Transpose      1

      A row takes 30.3 million multiply-adds, 1.26 MB of weights and 50.2 kB of activations: 46.4 operations per byte.

      Batches of any size: axis 0 is "batch", and 7 rows got the same in batches as alone.
      "
    `);
  });

  test('says how the batch of a model of one row can vary, or what prevents it', async () => {
    const file = join(folder, 'one.onnx');
    writeFileSync(file, fixBatch(createModel('mlp', { seed: 1 })));
    expect((await inspect(file)).stdout).toMatch(
      /Batches of any size once .* lifted.*"features" has shape \[1, 128\].* 7 rows/,
    );
    const axis = { name: 'axis', type: 2, i: 0 };
    const mixing = { node: [{ opType: 'Softmax', input: ['x'], output: ['y'], attribute: [axis] }] };
    writeFileSync(
      file,
      reluModel({ ...mixing, input: [floats('x', [1, 4])], output: [floats('y', [1, 4])] }),
    );
    expect((await inspect(file)).stdout).toMatch(/Batches of 1 only: .*Softmax/);
  });

  test('--json has the figures under the names that scripts rely on; --dim gives a length', async () => {
    const file = join(folder, 'text.onnx');
    const shape = ['batch', 'sequence'];
    writeFileSync(file, reluModel({ input: [floats('x', shape)], output: [floats('y', shape)] }));
    const { stdout } = await inspect(file, '--dim', 'sequence=16', '--json');
    expect(JSON.parse(stdout).work).toEqual({
      multiplyAddsPerRow: 0,
      byOperator: {},
      notCounted: [],
      weightBytes: 0,
      activationBytesPerRow: 128,
      arithmeticIntensity: 0,
    });
    expect(await inspect(file, '--dim', 'steps=16')).toMatchObject({ exitCode: 2 });
  });

  test('a file that is no model is bad input, with --json too', async () => {
    const { stdout, stderr, exitCode } = await inspect(join(folder, 'none.onnx'), '--json');
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 2 });
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'bad-input', exitCode: 2 });
  });
});
