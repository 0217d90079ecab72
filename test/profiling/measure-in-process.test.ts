import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HarpError } from '../../src/domain/errors.ts';
import { usableCores } from '../../src/machine/inventory.ts';
import { type MeasuringSetup, measureInProcess } from '../../src/profiling/measure-in-process.ts';
import { reluModel, writeFixture } from '../engine/onnx/fixture-model.ts';

const QUICK = { warmUpMs: 0, warmUpRuns: 1, minDurationMs: 10, minRuns: 8, maxDurationMs: 2000 };
const ENDLESS = { ...QUICK, minDurationMs: 3_600_000, maxDurationMs: 3_600_000 };
const POINT = { cores: 1, batchSize: 2 };
const live = () => new AbortController().signal;

const measure = (setup: Partial<MeasuringSetup> = {}) =>
  measureInProcess(
    {
      modelFile: writeFixture(reluModel()),
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['batch', 4] }],
      provider: 'cpu',
      dims: {},
      seed: 1,
      limits: QUICK,
      ...setup,
    },
    usableCores(),
  );

/** Processes that this one started and that still run: Linux keeps a list. */
const children = (): number[] =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(Number);

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

const measuringProcess = () =>
  vi.waitFor(
    () => {
      const pid = children().find((child) => commandLine(child).includes('measure-worker'));
      if (pid === undefined) throw new Error('it has not started yet');
      return pid;
    },
    { timeout: 10_000, interval: 20 },
  );

test('measures a real model in a process of its own', async () => {
  const outcome = await measure()(POINT, live());
  expect(outcome).toMatchObject({ kind: 'measured', runs: expect.any(Number) });
  if (outcome.kind !== 'measured') return;
  expect(outcome.runs).toBeGreaterThanOrEqual(QUICK.minRuns);
  expect(outcome.latencyMs.min).toBeGreaterThan(0);
  expect(outcome.memoryMiB).toBeGreaterThan(10);
});

test('a batch that the runtime refuses is skipped with its words', async () => {
  const outcome = await measure({ inputs: [{ name: 'x', datatype: 'FP32', shape: ['batch', 5] }] })(
    POINT,
    live(),
  );
  expect(outcome).toMatchObject({ kind: 'skipped', reason: expect.stringMatching(/invalid dimensions/i) });
});

test('what a dying process says last is the reason', async () => {
  vi.stubEnv('NODE_OPTIONS', '--require ./no-such-module.cjs');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await measure()(POINT, live())).toMatchObject({
    kind: 'skipped',
    reason: expect.stringMatching(
      /ended early: exit code 1; Error: Cannot find module '.\/no-such-module.cjs'$/,
    ),
  });
});

test.runIf(process.platform === 'linux')('a process that is killed skips its point only', async () => {
  const outcome = measure({ limits: ENDLESS })(POINT, live());
  process.kill(await measuringProcess(), 'SIGKILL');
  expect(await outcome).toEqual({
    kind: 'skipped',
    reason: 'the measuring process ended early: killed by SIGKILL; often a sign of too little memory',
  });
});

test.runIf(process.platform === 'linux')(
  'aborting ends it with the reason, and leaves nothing running',
  async () => {
    const controller = new AbortController();
    const outcome = measure({ limits: ENDLESS })(POINT, controller.signal);
    const pid = await measuringProcess();
    controller.abort(new HarpError('interrupted', 'interrupted'));
    await expect(outcome).rejects.toMatchObject({ code: 'interrupted' });
    expect(children()).not.toContain(pid);
  },
);

test('a provider that is not there holds for every point', async () => {
  await expect(measure({ provider: 'abacus' })(POINT, live())).rejects.toMatchObject({
    code: 'missing-capability',
    exitCode: 5,
    message: expect.stringContaining('the provider "abacus" is not available'),
  });
});

test('an operator that the runtime lacks is named', async () => {
  const modelFile = writeFixture(
    reluModel({ node: [{ opType: 'Frobnicate', input: ['x'], output: ['y'] }] }),
  );
  await expect(measure({ modelFile })(POINT, live())).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('the operator Frobnicate'),
  });
});
