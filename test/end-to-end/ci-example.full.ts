/** The example workflow, step by step as a runner would run it, over a small model of a repository of its own. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import ProfileModels from '../../src/commands/profile.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { violationsOf } from '../schemas/published-schema.ts';
import { harp } from './harp.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Step {
  readonly uses?: string;
  readonly name?: string;
  readonly run?: string;
}

const workflow = parse(readFileSync(join(ROOT, 'docs/ci/latency.yml'), 'utf8'));
const steps: readonly Step[] = workflow.jobs.latency.steps;
/** All but what sets the runner up. */
const gates = steps.filter(({ run }) => run !== undefined && run !== 'npm ci');
const gate = (words: string): Step => gates.find(({ name }) => name!.includes(words))!;

/** A repository with the model, its profile and its application, in which every gate passes. */
let template: string;
let folders: string[] = [];

function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'harp-ci-'));
  folders.push(folder);
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}

/** As GitHub's runner does where `shell: bash` is said. */
function run({ run: script }: Step, folder: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script!],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...Object.fromEntries(Object.entries(workflow.env).map(([name, value]) => [name, String(value)])),
        GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
        // Daemons of tests are nobody else's to find and stop.
        XDG_RUNTIME_DIR: folder,
        ...env,
      },
    },
  );
  return { status, said: `${stdout}${stderr}` };
}

const readJson = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

beforeAll(async () => {
  template = mkdtempSync(join(tmpdir(), 'harp-ci-template-'));
  folders = [template];
  mkdirSync(join(template, 'serving'));
  mkdirSync(join(template, 'node_modules/.bin'), { recursive: true });
  symlinkSync(join(ROOT, 'bin/run.js'), join(template, 'node_modules/.bin/harp'));
  writeFileSync(join(template, 'package.json'), '{ "private": true }');
  const model = ['models/classify.onnx', '--batch-sizes', '1,4', '--cores', '1'];
  await harp(['model', 'create', 'mlp', '--out', 'models/classify.onnx'], template);
  let profiled = await harp(['profile', ...model, '--out', 'serving/classify.profile.json'], template);
  // Beside busy neighbours points do not settle: they are measured again, as the message says.
  for (let again = 0; profiled.exitCode === 4 && again < 5; again++)
    profiled = await harp(
      ['profile', ...model, '--resume', '--out', 'serving/classify.profile.json'],
      template,
    );
  expect(profiled.stderr).not.toContain('Error');
  writeFileSync(
    join(template, 'serving/classify.app.yaml'),
    `schemaVersion: 1
name: classify
rateRps: 50
sloMs: 100
modules:
  classify: { profile: classify.profile.json }
hardware:
  local: { pricePerHour: 0.20, cores: 2 }
`,
  );
}, 60_000);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('the test knows what a runner would run', () => {
  expect(workflow.defaults.run.shell).toBe('bash');
  expect(gates.map(({ name }) => name)).toHaveLength(4);
});

/** The measured durations of the repository's profile, as if they had been so many times as long. */
function remember(folder: string, times: number): void {
  const file = join(folder, 'serving/classify.profile.json');
  const profile: Profile = readJson(file);
  const longer = (ms: number) => ms * times;
  const points = profile.points.map((point) => ({
    ...point,
    durationMs: longer(point.durationMs),
    latencyMs: Object.fromEntries(
      Object.entries(point.latencyMs!).map(([figure, ms]) => [figure, longer(ms as number)]),
    ),
  }));
  writeFileSync(file, JSON.stringify({ ...profile, points }));
}

describe.skipIf(!('compare' in ProfileModels.flags))('the profile', () => {
  test('passes where the model is as fast as it was', () => {
    const folder = checkout();
    remember(folder, 10);
    expect(run(gate('no slower'), folder)).toMatchObject({ status: 0 });
  });

  test('fails where it has become slower', () => {
    const folder = checkout();
    remember(folder, 0.1);
    expect(run(gate('no slower'), folder)).toMatchObject({ status: 3 });
  });
});

describe('the other gates', () => {
  test('pass one after the other, and leave documents behind', () => {
    const folder = checkout();
    for (const step of gates.filter((each) => each !== gate('no slower'))) {
      expect({ step: step.name, ...run(step, folder) }).toMatchObject({ step: step.name, status: 0 });
    }
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toMatch(/classify: 50.0 requests\/s/);
    expect(violationsOf('plan', readJson(folder, 'classify.plan.json'))).toEqual([]);
    expect(violationsOf('simulation', readJson(folder, 'simulation.json'))).toEqual([]);
    const load = readJson(folder, 'load.json');
    expect(violationsOf('load', load)).toEqual([]);
    expect(load.gate).toMatchObject({ maxViolations: '5%', passed: true });
  });

  test('fail for a plan that costs more than the limit', () => {
    const { status, said } = run(gate('no dearer'), checkout(), { MAX_COST_PER_HOUR: '0.000001' });
    expect(status).toBe(3);
    expect(said).toMatch(/max-cost|limit|at most/i);
  });

  test('fail where fewer requests are in time', () => {
    const folder = checkout();
    expect(run(gate('no dearer'), folder)).toMatchObject({ status: 0 });
    // The same plan on a machine that takes longer for any batch than a request may.
    const file = join(folder, 'classify.plan.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replaceAll(/"(durationMs|tailMs)": ?[\d.e-]+/g, '"$1": 500'));
    expect(run(gate('in time as ever'), folder)).toMatchObject({ status: 3 });
  });

  test('fail where a real client sees violations, and the daemon is gone afterwards', async () => {
    const folder = checkout();
    expect(run(gate('no dearer'), folder)).toMatchObject({ status: 0 });
    // A plan for a tenth of a millisecond, which no client over HTTP sees.
    const file = join(folder, 'classify.plan.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"sloMs": ?100\b/, '"sloMs": 0.1'));
    expect(run(gate('real client'), folder)).toMatchObject({ status: 3 });
    const { stdout } = await harp(['status', '--json'], folder);
    expect(JSON.parse(stdout)).toMatchObject({ daemons: [] });
  });
});
