import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import PlanApplication from '../../src/commands/plan.ts';
import ProfileModels from '../../src/commands/profile.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { createModel } from '../../src/engine/onnx/create-model.ts';
import { lockFile, lockOf } from '../../src/files/file-lock.ts';
import { loadProfile } from '../../src/files/load-profile.ts';
import { sha256OfFile } from '../../src/files/sha256-of-file.ts';
import { fixBatch } from '../engine/onnx/fix-batch.ts';
import { floats, reluModel } from '../engine/onnx/fixture-model.ts';
import { runCommand } from './run-command.ts';

let folder: string;
let model: string;
let out: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-profile-'));
  mkdirSync(join(folder, 'models'));
  model = join(folder, 'models/mlp.onnx');
  writeFileSync(model, createModel('mlp', { seed: 1 }));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  out = join(mkdtempSync(join(folder, 'out-')), 'mlp.profile.json');
});

/** As short as it can be: what is measured does not matter here, only what becomes of it. */
const QUICK = '--cores 1 --min-duration 0.02 --max-duration 0.2 --min-runs 8 --allow-unstable'.split(' ');
const profile = (...argv: string[]) => runCommand(ProfileModels, argv);
const quickly = (...argv: string[]) => profile(model, '--out', out, ...QUICK, ...argv);

describe('harp profile', () => {
  test('measures, saves and shows every point, with all that it depends on', async () => {
    const { stdout, stderr, exitCode } = await quickly('--batch-sizes', '1,2');
    expect(exitCode).toBe(0);

    const saved = loadProfile(out);
    expect(saved).toMatchObject({
      model: { name: 'mlp', file: '../models/mlp.onnx', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      statistic: 'p95',
      machine: { cpuModel: expect.any(String), cores: expect.any(Number) },
      runtime: { provider: 'cpu', onnxruntime: expect.stringMatching(/^\d+\.\d+/), spinning: false },
      method: { minDurationMs: 20, minRuns: 8, seed: 1 },
      skipped: [],
    });
    expect(saved.points.map(({ hardware, cores, batchSize }) => [hardware, cores, batchSize])).toEqual([
      ['local', 1, 1],
      ['local', 1, 2],
    ]);
    for (const { durationMs, latencyMs, runs } of saved.points) {
      expect(durationMs).toBe(latencyMs!.p95);
      expect(runs).toBeGreaterThanOrEqual(8);
    }
    expect(stdout).toMatch(/cores +batch .*p95 ms.*settled/);
    expect(stderr).toMatch(
      /^mlp, point 1 of at most 2: batch 1 on 1 core: p95 .*\nmlp, point 2 of at most 2: batch 2 on 1 core: p95 /m,
    );
    expect(readdirSync(join(out, '..'))).toEqual(['mlp.profile.json']);
  });

  test('it ends with the command that plans with it, which finds a plan; beside --compare, --json and --quiet it does not', async () => {
    const { stderr } = await quickly('--batch-sizes', '1');
    const [, argv] = /\n→ harp plan (.*)\n$/.exec(stderr)!;
    expect(argv).toContain(out);
    const planned = await runCommand(PlanApplication, [...argv!.split(' '), '--quiet', '--json']);
    expect({ exitCode: planned.exitCode, feasible: JSON.parse(planned.stdout).feasible }).toEqual({
      exitCode: 0,
      feasible: true,
    });
    for (const flags of [['--json'], ['--quiet'], ['--compare', out]]) {
      const silent = await quickly('--batch-sizes', '1', '--resume', ...flags);
      expect(silent.stderr).not.toContain('harp plan');
    }
  });

  test('--json prints what is in the file and nothing else; --quiet says nothing beside it', async () => {
    const { stdout, stderr } = await quickly('--batch-sizes', '1', '--json', '--quiet');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(out, 'utf8')));
    expect(stderr).toBe('');
  });

  test('several models go into a folder, a file each', async () => {
    const small = join(folder, 'models/relu.onnx');
    writeFileSync(small, reluModel());
    const results = join(folder, 'results/');
    const { stdout, exitCode } = await profile(
      small,
      model,
      '--out',
      results,
      ...QUICK,
      '--batch-sizes',
      '1',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(readdirSync(results).sort()).toEqual(['mlp.profile.json', 'relu.profile.json']);
    expect(JSON.parse(stdout).map((each: Profile) => each.model.name)).toEqual(['relu', 'mlp']);
  });

  test('a fixed batch axis is measured at its size, the other sizes are skipped with the reason', async () => {
    const fixed = join(folder, 'models/fixed.onnx');
    writeFileSync(fixed, reluModel({ input: [floats('x', [3, 4])], output: [floats('y', [3, 4])] }));
    const { stdout, exitCode } = await profile(fixed, '--out', out, ...QUICK, '--batch-sizes', '1,3');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/skipped batch 1 on 1 core: the model only runs batches of 3/);
    const { points, skipped } = loadProfile(out);
    expect(points.map(({ batchSize }) => batchSize)).toEqual([3]);
    expect(skipped).toMatchObject([{ batchSize: 1, reason: expect.stringContaining('[3, 4]') }]);
  });

  test('a model of one row is measured with a batch axis, and says which file that is', async () => {
    const single = join(folder, 'models/single.onnx');
    writeFileSync(single, fixBatch(createModel('mlp', { seed: 1 })));
    const { stderr, exitCode } = await profile(single, '--out', out, ...QUICK, '--batch-sizes', '1,2');
    expect(exitCode).toBe(0);
    const lifted = join(dirname(out), 'single.lifted.onnx');
    expect(stderr).toContain(`single: measured with a batch axis as ${lifted}`);
    const { points, model: measured } = loadProfile(out);
    expect(points.map(({ batchSize }) => batchSize)).toEqual([1, 2]);
    expect(measured).toMatchObject({
      name: 'single',
      file: 'single.lifted.onnx',
      sha256: await sha256OfFile(lifted),
      inputs: [{ name: 'features', shape: ['batch', 128] }],
      lifted: {
        from: '../models/single.onnx',
        sha256: await sha256OfFile(single),
        axis: 'batch',
        comparedRows: 7,
      },
    });
    const asItIs = await profile(single, '--out', out, ...QUICK, '--batch-sizes', '1,2', '--no-lift');
    expect(asItIs.stdout).toMatch(/skipped batch 2 on 1 core: the model only runs batches of 1/);
    expect(loadProfile(out).model.file).toBe('../models/single.onnx');
  });

  test('where that is not safe, batch 1 is measured, and the operator that prevents it is named', async () => {
    const mixing = join(folder, 'models/mixing.onnx');
    const node = { opType: 'CumSum', name: 'sums', input: ['x', 'axis'], output: ['y'] };
    const axis = { name: 'axis', dataType: 7, dims: [], int64Data: [0] };
    const shapes = { input: [floats('x', [1, 4])], output: [floats('y', [1, 4])] };
    writeFileSync(mixing, reluModel({ node: [node], initializer: [axis], ...shapes }));
    const { stdout } = await profile(mixing, '--out', out, ...QUICK, '--batch-sizes', '1,2');
    expect(stdout).toMatch(
      /skipped batch 2 on 1 core: .*\[1, 4\], and the operator CumSum "sums" does not keep rows apart/,
    );
    expect(readdirSync(dirname(out))).toEqual(['mlp.profile.json']);
  });

  test('of a folder every model is measured but for those that harp lifted; a bad one is told in the end', async () => {
    const models = join(folder, 'several');
    mkdirSync(models);
    for (const name of ['a', 'c']) writeFileSync(join(models, `${name}.onnx`), reluModel());
    writeFileSync(join(models, 'b.onnx'), reluModel().subarray(0, 20));
    writeFileSync(join(models, 'notes.txt'), 'no model');
    const results = join(folder, 'several-results/');
    const argv = [models, '--out', results, ...QUICK, '--batch-sizes', '1'];
    const { stdout, stderr, exitCode } = await profile(...argv, '--json');
    expect(exitCode).toBe(2);
    expect(readdirSync(results).sort()).toEqual(['a.profile.json', 'c.profile.json']);
    const [a, c, b] = JSON.parse(stdout);
    expect([a.model.name, c.model.name]).toEqual(['a', 'c']);
    expect(b).toMatchObject({ file: join(models, 'b.onnx'), error: { code: 'bad-input', exitCode: 2 } });
    expect(stderr).toContain('model 2 of 2, c, point 1 of at most 1: batch 1 on 1 core');
    expect(stderr.indexOf('left out: ')).toBeLessThan(stderr.indexOf('model 1 of 2, a'));
    expect(stderr).toMatch(
      /Error: 1 of 3 models could not be measured\n.*b\.onnx: this ONNX file is cut short/,
    );
    expect(await profile(results)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/no models.*\n {2}→ harp model create --list/),
    });
    const above = join(models, 'above');
    mkdirSync(join(above, 'below'), { recursive: true });
    expect((await profile(above)).stderr).toContain(`as harp profile ${join(above, 'below')}`);
    for (const name of ['d', 'e']) writeFileSync(join(above, `${name}.onnx`), 'none');
    expect(await profile(above)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/2 of 2 models could not be measured\n.*d\.onnx: .*\n.*e\.onnx: /),
    });
  });

  test('--dim gives a named dimension its length', async () => {
    const text = join(folder, 'models/text.onnx');
    const shape = ['batch', 'sequence'];
    writeFileSync(text, reluModel({ input: [floats('x', shape)], output: [floats('y', shape)] }));
    const sized = await profile('--dim', 'sequence=16', text, '--out', out, ...QUICK, '--batch-sizes', '1');
    expect(sized.exitCode).toBe(0);
    expect(loadProfile(out).method).toMatchObject({ dims: { sequence: 16 } });
    const unsized = await profile(text, '--out', out, ...QUICK);
    expect(unsized).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--dim sequence=') });
  });
});

describe('the cheapest sweep that suffices', () => {
  test('every point is measured or predicted, and says which', async () => {
    await quickly('--batch-sizes', '1,2,4,8,16,32,64,128');
    const chosen = loadProfile(out).points;
    expect(chosen).toHaveLength(8);
    for (const { predicted, latencyMs, predictedMs, spreadMs } of chosen) {
      expect(latencyMs === undefined).toBe(predicted === true);
      expect(predictedMs === undefined).toBe(predicted !== true);
      expect(spreadMs).toBeDefined();
    }
  });
});

describe('--compare', () => {
  /** What stands in the file, as if it had settled and taken `factor` as long: ± 2 %. */
  function rewritten(factor: number): Profile {
    const profile = loadProfile(out);
    const times = (figures: object, share: number) =>
      Object.fromEntries(Object.entries(figures).map(([key, ms]) => [key, Number(ms) * share]));
    const points = profile.points.map((point) => ({
      ...point,
      stable: true,
      latencyMs: times(point.latencyMs!, factor),
      spreadMs: times(point.latencyMs!, factor / 50),
    }));
    return JSON.parse(JSON.stringify({ ...profile, points }));
  }
  const then = (factor: number): string => {
    const file = `${out}.then.json`;
    writeFileSync(file, JSON.stringify(rewritten(factor)));
    writeFileSync(out, JSON.stringify(rewritten(1)));
    return file;
  };

  test('prints what changed; a gate that finds points slower beyond noise ends with 3, with --json too', async () => {
    await quickly('--batch-sizes', '1');
    const compare = ['--batch-sizes', '1', '--resume', '--compare', then(0.5)];
    const free = await quickly(...compare);
    expect(free).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\+100.0 % +± .*slower/) });
    const gated = await quickly(...compare, '--fail-on-regression', '5', '--json');
    expect(gated.exitCode).toBe(3);
    expect(gated.stderr).toContain('1 point became slower: mlp, batch 1 on 1 core +100.0 %');
    expect(JSON.parse(gated.stdout).comparison).toMatchObject({
      changes: [{ verdict: 'slower', change: 1 }],
      gate: { maxSlower: 0.05, blind: 0 },
    });
    expect(loadProfile(out)).not.toHaveProperty('comparison');
  });

  test('a change within noise passes any gate', async () => {
    await quickly('--batch-sizes', '1');
    const { exitCode, stdout } = await quickly(
      ...['--batch-sizes', '1', '--resume', '--compare', then(0.99), '--fail-on-regression', '0%'],
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('within noise') });
  });

  test('a gate that could judge no point ends with 4, whatever is allowed', async () => {
    await quickly('--batch-sizes', '1');
    const restless = then(1);
    const profile = loadProfile(restless);
    const points = profile.points.map((point) => ({ ...point, stable: false }));
    writeFileSync(restless, JSON.stringify({ ...profile, points }));
    const gate = ['--resume', '--compare', restless, '--fail-on-regression', '5'];
    const { exitCode, stderr } = await quickly('--batch-sizes', '1', ...gate);
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no point of mlp could be judged: batch 1 on 1 core did not settle then');
  });

  test('a profile of another model is refused before anything is measured', async () => {
    await quickly('--batch-sizes', '1');
    const other = join(folder, 'other.profile.json');
    const { model, ...rest } = rewritten(1);
    writeFileSync(
      other,
      JSON.stringify({ ...rest, model: { ...model, name: 'other', sha256: 'of another' } }),
    );
    const { exitCode, stdout, stderr } = await quickly('--compare', other);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('this profile is of another model: there is nothing to compare');
    expect(stderr).not.toContain('p95');
  });

  test('a profile of other points is refused before anything is measured', async () => {
    await quickly('--batch-sizes', '1');
    const { exitCode, stdout, stderr } = await quickly('--batch-sizes', '3', '--compare', then(1));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('expected one of batch 1 on 1 core, got batch 3 on 1 core');
    expect(loadProfile(out).points.map(({ batchSize }) => batchSize)).toEqual([1]);
  });

  test('a profile that is not there, a gate without a comparison, one profile for two models: exit code 2', async () => {
    expect(await quickly('--compare', join(folder, 'none.json'))).toMatchObject({ exitCode: 2 });
    expect(await quickly('--fail-on-regression', '5')).toMatchObject({ exitCode: 2 });
    for (const wrong of ['%', '5%%', '-1%'])
      expect(await quickly('--compare', model, `--fail-on-regression=${wrong}`)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining('as 5 or 5%'),
      });
    const small = join(folder, 'models/small.onnx');
    writeFileSync(small, reluModel());
    const results = `${join(out, '..')}/`;
    expect(await profile(small, model, '--out', results, '--compare', model)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--compare'),
    });
    expect(existsSync(out)).toBe(false);
  });
});

describe('--resume', () => {
  test('every point stands there once, whatever was predicted before, and other predictions stay', async () => {
    await quickly('--batch-sizes', '1,2');
    const profile = loadProfile(out);
    const [first, second] = profile.points.map((point) => ({ ...point, stable: true }));
    const { latencyMs, stable: _, ...rest } = first!;
    const predicted = [4, 8].map((batchSize) => ({
      ...rest,
      batchSize,
      predicted: true,
      predictedMs: latencyMs,
    }));
    writeFileSync(out, JSON.stringify({ ...profile, points: [first, second, ...predicted] }));
    await quickly('--batch-sizes', '4', '--resume', '--exhaustive');
    expect(
      loadProfile(out).points.map(({ batchSize, predicted }) => [batchSize, predicted === true]),
    ).toEqual([
      [1, false],
      [2, false],
      [4, false],
      [8, true],
    ]);
    await quickly('--batch-sizes', '1,2,8', '--resume');
    expect(loadProfile(out).points.map(({ batchSize }) => batchSize)).toEqual([1, 2, 4, 8]);
  });

  test('keeps what was measured and adds what is missing', async () => {
    await quickly('--batch-sizes', '1');
    const [first] = loadProfile(out).points;
    const { stderr } = await quickly('--batch-sizes', '1,2', '--resume', '--statistic', 'p50');
    const [kept, added] = loadProfile(out).points;
    // The point may have been too short to settle, and is measured again then.
    expect(stderr).toContain(
      first!.stable ? '1 point kept' : '0 points kept; 1 point that did not settle gets another chance',
    );
    if (first!.stable) expect(kept).toEqual({ ...first, durationMs: first!.latencyMs!.p50 });
    expect(added).toMatchObject({ batchSize: 2 });
  });

  test('under other options it is refused, and nothing is lost', async () => {
    await quickly('--batch-sizes', '2');
    const { exitCode, stderr } = await quickly('--batch-sizes', '1', '--resume', '--hardware', 'edge');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('measured under other conditions (got hardware local then, edge now)');
    expect(loadProfile(out).points.map(({ batchSize }) => batchSize)).toEqual([2]);
  });

  test('of weights that lie beside the model every file counts: other ones are another model', async () => {
    const weights = { location: 'beside.bin', offset: '0', length: '16' };
    const entries = Object.entries(weights).map(([key, value]) => ({ key, value }));
    const w = { name: 'w', dataType: 1, dims: [4], dataLocation: 1, externalData: entries };
    const node = [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }];
    const beside = join(folder, 'models/beside.onnx');
    const data = join(folder, 'models/beside.bin');
    writeFileSync(beside, reluModel({ node, initializer: [w] }));
    writeFileSync(data, new Uint8Array(16));
    const argv = [beside, '--out', out, ...QUICK, '--batch-sizes', '1'];
    expect(await profile(...argv)).toMatchObject({ exitCode: 0 });
    const before = await sha256OfFile(data);
    expect(loadProfile(out).model.externalData).toEqual([{ file: 'beside.bin', sha256: before }]);
    expect(await profile(...argv, '--resume')).toMatchObject({ exitCode: 0 });
    writeFileSync(data, new Uint8Array(16).fill(1));
    const refused = await profile(...argv, '--resume');
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        `external data beside.bin ${before} then, beside.bin ${await sha256OfFile(data)} now`,
      ),
    });
  });

  test('without it the points are measured anew, and the old file is kept aside', async () => {
    await quickly('--batch-sizes', '2');
    await quickly('--batch-sizes', '1');
    expect(loadProfile(out).points.map(({ batchSize }) => batchSize)).toEqual([1]);
    expect(loadProfile(`${out}.bak`).points.map(({ batchSize }) => batchSize)).toEqual([2]);
  });

  test('a file that is no profile is an error, and stays as it is', async () => {
    writeFileSync(out, '{"kind": "plan"}');
    const { exitCode, stderr } = await quickly('--resume');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(out);
    expect(readFileSync(out, 'utf8')).toBe('{"kind": "plan"}');
  });
});

describe('what goes wrong', () => {
  test('an interruption keeps finished points, and ends with 130', async () => {
    const running = quickly('--batch-sizes', '1,2,3,4,5,6,7,8');
    await vi.waitFor(() => expect(existsSync(out)).toBe(true), { timeout: 20_000, interval: 20 });
    process.emit('SIGINT', 'SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^! \d points? finished and saved; --resume continues from there$/m);
    const { points } = loadProfile(out);
    expect(points.length).toBeGreaterThanOrEqual(1);
    expect(points.length).toBeLessThan(8);
  });

  test('an interruption before the first point says that nothing is saved', async () => {
    const running = profile(
      model,
      '--out',
      out,
      '--cores',
      '1',
      '--min-duration',
      '60',
      '--max-duration',
      '90',
    );
    await vi.waitFor(() => expect(existsSync(lockOf(out))).toBe(true), { timeout: 20_000, interval: 5 });
    process.emit('SIGINT', 'SIGINT');
    const { exitCode, stderr } = await running;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('! no point was finished: nothing is saved\n');
    expect(stderr).not.toContain('--resume');
    expect(existsSync(out)).toBe(false);
  });

  test('a file that another sweep is writing to is refused, and the lock is left to that one', async () => {
    const release = lockFile(out);
    expect(await quickly('--batch-sizes', '1')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('another process is writing to this file'),
    });
    release();
    expect(await quickly('--batch-sizes', '1')).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(out, '..'))).toEqual(['mlp.profile.json']);
  });

  test('a point that does not settle is saved as such, and ends with 4 unless that is allowed', async () => {
    const never = ['--cores', '1', '--batch-sizes', '1', '--min-duration', '0.02', '--max-duration', '0.02'];
    const { exitCode, stderr } = await profile(model, '--out', out, ...never, '--min-runs', '1000000');
    expect(exitCode).toBe(4);
    expect(stderr).toContain('1 point did not settle: mlp, batch 1 on 1 core');
    expect(loadProfile(out).points).toMatchObject([{ stable: false }]);
  });

  test.each([
    { name: 'no cores', argv: ['--cores', '0'], exitCode: 2, says: '--cores' },
    { name: 'more cores than there are', argv: ['--cores', '4096'], exitCode: 5, says: 'too few cores' },
    { name: 'a provider that is not there', argv: ['--provider', 'abacus'], exitCode: 5, says: '"abacus"' },
    { name: 'a statistic that is not known', argv: ['--statistic', 'p42'], exitCode: 2, says: 'p42' },
    { name: 'a dimension that is not there', argv: ['--dim', 'sequence=3'], exitCode: 2, says: '"sequence"' },
    { name: 'a dimension without length', argv: ['--dim', 'sequence'], exitCode: 2, says: 'sequence=128' },
  ])('$name: exit code $exitCode, and no file', async ({ argv, exitCode, says }) => {
    const run = await profile(model, '--out', out, ...argv);
    expect(run).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(says) });
    expect(existsSync(out)).toBe(false);
  });

  test('a provider that is not there is found before anything is said or touched', async () => {
    await quickly('--batch-sizes', '1');
    const before = readFileSync(out, 'utf8');
    const run = await quickly('--batch-sizes', '1', '--provider', 'abacus');
    expect(run.exitCode).toBe(5);
    expect(run.stderr).toMatch(/^Error: --provider: the provider "abacus" is not available here/);
    expect(readFileSync(out, 'utf8')).toBe(before);
    const results = join(folder, 'of-a-provider/');
    expect(await profile(model, '--out', results, '--provider', 'abacus')).toMatchObject({ exitCode: 5 });
    expect(existsSync(results)).toBe(false);
  });

  test('no model, a missing one, two for one file: exit code 2', async () => {
    expect(await profile()).toMatchObject({ exitCode: 2 });
    expect(await profile(join(folder, 'none.onnx'))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/none\.onnx: there is no such file .*\n {2}→ harp model create --list/),
    });
    expect((await profile(model.replace('.onnx', ''))).stderr).toContain(`→ Did you mean ${model}?`);
    expect((await profile(join(folder, 'squeezenet.onnx'))).stderr).toContain(
      '→ harp model create squeezenet',
    );
    expect((await profile(join(folder, '*.onnx'))).stderr).toContain('→ No file matches this pattern');
    expect(await profile(model, model, '--out', out)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('two models would be written to'),
    });
  });

  test('with --json an error is a document with the same exit code', async () => {
    const { stdout, exitCode } = await profile(model, '--out', out, '--cores', '4096', '--json');
    expect(exitCode).toBe(5);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'missing-capability', exitCode: 5 });
  });
});
