/**
 * Every document that a command prints, against the JSON Schema that the package publishes for it, judged by a validator that
 * knows nothing of harp. What daemons print is in test/end-to-end/daemon-documents.full.ts.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import Compare from '../../src/commands/compare.ts';
import Completion from '../../src/commands/completion.ts';
import Cost from '../../src/commands/cost.ts';
import Export from '../../src/commands/export.ts';
import Load from '../../src/commands/load.ts';
import ModelCreate from '../../src/commands/model/create.ts';
import ModelInspect from '../../src/commands/model/inspect.ts';
import Plan from '../../src/commands/plan.ts';
import ProfileModels from '../../src/commands/profile.ts';
import Report from '../../src/commands/report.ts';
import Schema from '../../src/commands/schema.ts';
import Simulate from '../../src/commands/simulate.ts';
import Status from '../../src/commands/status.ts';
import { DOCUMENTS } from '../../src/schemas/documents.ts';
import { runCommand } from '../commands/run-command.ts';
import { fine, stubServer } from '../load/stub-server.ts';
import { DAEMON_DOCUMENTS } from './daemon-documents.ts';
import { publishedSchema, violationsOf } from './published-schema.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const profiles = (name: string): string => join(ROOT, 'profiles', name);

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-schemas-'));
  await runCommand(Plan, [profiles('single.app.yaml'), '--out', path('single.plan.json')]);
  await runCommand(ModelCreate, ['mlp', '--out', path('mlp.onnx')]);
  copyFileSync(path('mlp.onnx'), path('other.onnx'));
  writeFileSync(path('broken.onnx'), 'no model');
});
afterAll(() => rmSync(folder, { recursive: true }));

type Command = Parameters<typeof runCommand>[0];

interface Shape {
  readonly properties: object;
  readonly required: readonly string[];
}

const QUICK = ['--cores', '1', '--batch-sizes', '1', '--min-duration', '0.01', '--min-runs', '4'];

/** Kind of document, the command as oclif names it, the class, its arguments. */
const PRINTED: [kind: string, id: string, command: Command, argv: () => string[]][] = [
  ['plan', 'plan', Plan, () => [profiles('traffic.app.yaml'), '--explain', '--max-cost', '0.01']],
  ['plan', 'plan', Plan, () => [profiles('single.app.yaml'), '--slo', '5']],
  ['cost', 'cost', Cost, () => [path('single.plan.json')]],
  ['application-comparison', 'compare', Compare, () => [profiles('single.app.yaml')]],
  [
    'cost-over-slo',
    'compare',
    Compare,
    () => [profiles('single.app.yaml'), '--slo-sweep', '5..800', '--steps', '3'],
  ],
  ['benchmark-comparison', 'compare', Compare, () => ['--benchmark', '--workloads', '3']],
  [
    'simulation',
    'simulate',
    Simulate,
    () => [path('single.plan.json'), '--requests', '500', '--find-rate', '0.9'],
  ],
  [
    'simulation-comparison',
    'simulate',
    Simulate,
    () => [path('single.plan.json'), '--requests', '500', '--dispatch', 'planned,eager', '--attainment', '1'],
  ],
  [
    'scaling-experiment',
    'simulate',
    Simulate,
    () => [profiles('yolov5s-sponge.profile.json'), '--scaling', 'sponge,static:8', '--duration', '5'],
  ],
  ['architectures', 'model:create', ModelCreate, () => ['--list']],
  ['created-model', 'model:create', ModelCreate, () => ['mlp', '--out', path('mlp.onnx')]],
  ['model', 'model:inspect', ModelInspect, () => [path('mlp.onnx')]],
  [
    'profile',
    'profile',
    ProfileModels,
    () => [path('mlp.onnx'), '--out', path('mlp.profile.json'), ...QUICK],
  ],
  [
    'profiles',
    'profile',
    ProfileModels,
    () => [path('mlp.onnx'), path('other.onnx'), path('broken.onnx'), '--out', folder, ...QUICK],
  ],
  [
    'profile',
    'profile',
    ProfileModels,
    () => [
      path('mlp.onnx'),
      '--out',
      path('new.profile.json'),
      '--compare',
      path('mlp.profile.json'),
      ...QUICK,
    ],
  ],
  ['export', 'export', Export, () => [path('single.plan.json'), '--to', 'triton']],
  ['export', 'export', Export, () => [path('single.plan.json'), '--to', 'kubernetes']],
  ['report', 'report', Report, () => [path('single.plan.json'), '--out', path('report.html')]],
  ['completion', 'completion', Completion, () => ['bash']],
  ['schemas', 'schema', Schema, () => []],
  ['error', 'cost', Cost, () => [path('nothing.plan.json')]],
  ['error', 'plan', Plan, () => ['--nonsense']],
  ['status', 'status', Status, () => []],
];

describe('what a command prints with --json is what its schema says', () => {
  test.each(PRINTED)('%s, by harp %s', async (kind, _, command, argv) => {
    const { stdout } = await runCommand(command, [...argv(), '--json']);
    expect(violationsOf(kind, JSON.parse(stdout))).toEqual([]);
  });

  test('load, by harp load', async () => {
    const server = await stubServer((index) =>
      index % 2 ? fine({ batch_size: 2, queue_ms: 1 }) : { status: 500 },
    );
    try {
      const argv = ['--rate', '100', '--slo', '1000', '--duration', '0.05', '--warmup', '0'];
      const gated = await runCommand(Load, [server.url, ...argv, '--max-violations', '50%', '--json']);
      expect(violationsOf('load', JSON.parse(gated.stdout))).toEqual([]);
    } finally {
      await server.close();
    }
  });

  test('every kind that a command prints is looked at, and every command has one', () => {
    const looked = [
      ...PRINTED.map(([kind, id]) => `${id} prints ${kind}`),
      'load prints load',
      ...DAEMON_DOCUMENTS,
    ];
    const registered = Object.entries(DOCUMENTS).flatMap(([kind, { printedBy }]) =>
      printedBy.map((id) => `${id} prints ${kind}`),
    );
    expect(registered.filter((one) => !looked.includes(one))).toEqual([]);
    const commands = readdirSync(join(ROOT, 'src/commands'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => file.replace(/\.ts$/, '').replaceAll(/[\\/]/g, ':'));
    const printing = Object.values(DOCUMENTS).flatMap(({ printedBy }) => printedBy);
    expect(commands.filter((id) => !printing.includes(id))).toEqual([]);
  });
});

describe('what a document is stands in it', () => {
  /** Lists of documents, each with its own, and those of people and of errors. */
  const WITHOUT = ['profiles', 'application', 'hardware', 'error'];

  test.each(Object.keys(DOCUMENTS).filter((name) => !WITHOUT.includes(name)))('%s', (name) => {
    const schema = publishedSchema(name) as Shape & {
      readonly anyOf?: readonly Shape[];
      readonly oneOf?: readonly Shape[];
    };
    const header = {
      schemaVersion: expect.objectContaining({ const: 1 }),
      kind: expect.objectContaining({ const: name }),
    };
    for (const one of schema.anyOf ?? schema.oneOf ?? [schema]) {
      expect(one.properties).toMatchObject(header);
      expect(one.required).toEqual(expect.arrayContaining(['schemaVersion', 'kind']));
    }
  });
});

describe('files that people write', () => {
  test.each(readdirSync(profiles('')).filter((name) => /\.(json|yaml)$/.test(name)))('%s', (name) => {
    const kind = /\.(profile)\.json$|\.(app)\.yaml$|(hardware)\.yaml$/.exec(name)!.slice(1).find(Boolean)!;
    const document: unknown = parseYaml(readFileSync(profiles(name), 'utf8'));
    expect(violationsOf(kind === 'app' ? 'application' : kind, document)).toEqual([]);
  });

  test.each<[kind: string, document: object, place: string]>([
    ['application', { schemaVersion: 1, name: 'a', rateRps: 1, sloMs: 1, modules: {}, hardwares: {} }, ''],
    ['application', { schemaVersion: 1, name: 'a', rateRps: -1, sloMs: 1, modules: {} }, '/rateRps'],
    ['hardware', { hardware: { 'gpu-a': { pricePerHour: '1' } } }, '/hardware/gpu-a/pricePerHour'],
    ['profile', { schemaVersion: 2, kind: 'profile', model: { name: 'm' }, points: [] }, '/schemaVersion'],
    ['profiles', [{ file: 'broken.onnx', error: 'no model' }], '/0/error'],
    ['plan', { schemaVersion: 1, kind: 'plan', feasible: false }, ''],
  ])('a wrong %s is found out', (kind, document, place) => {
    expect(violationsOf(kind, document).map(({ instancePath }) => instancePath)).toContain(place);
  });
});

describe('harp schema', () => {
  test('prints a schema, the same with and without --json', async () => {
    const plain = await runCommand(Schema, ['plan']);
    expect(JSON.parse(plain.stdout)).toEqual(publishedSchema('plan'));
    expect(JSON.parse((await runCommand(Schema, ['plan', '--json'])).stdout)).toEqual(
      publishedSchema('plan'),
    );
  });

  test('knows what it does not have', async () => {
    const { stderr, exitCode } = await runCommand(Schema, ['plane']);
    expect({ stderr, exitCode }).toEqual({
      stderr: `Error: NAME: no such schema (expected ${Object.keys(DOCUMENTS).join(', ')}, got "plane")\n  → Did you mean "plan"?\n`,
      exitCode: 2,
    });
  });
});

test('a profile as short as the contract allows is one', () => {
  const point = { hardware: 'gpu-a', cores: 1, batchSize: 8, durationMs: 250 };
  expect(
    violationsOf('profile', { schemaVersion: 1, kind: 'profile', model: { name: 'm3' }, points: [point] }),
  ).toEqual([]);
});
