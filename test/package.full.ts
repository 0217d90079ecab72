/** The package as a stranger gets it: packed, installed elsewhere, and used without the repository. Downloads dependencies. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const INSTALL_LIMIT_MS = 240_000;

let folder: string;
let packed: string[];

/** Without what this very run of npm has told its children, and without downloading the runtime's GPU libraries. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|VITEST)/.test(name)),
  ),
  ONNXRUNTIME_NODE_INSTALL: 'skip',
};

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

const harp = (...args: string[]): string => run(join(folder, 'node_modules/.bin/harp'), args, folder);

beforeAll(() => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  folder = mkdtempSync(join(tmpdir(), 'harp-package-'));
  const [tarball] = JSON.parse(
    run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], root),
  );
  packed = tarball.files.map(({ path }: { path: string }) => path);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball.filename)], folder);
}, INSTALL_LIMIT_MS);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds what runs, and neither sources nor tests', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'package.json',
      'bin/run.js',
      'oclif.manifest.json',
      'dist/commands/load.js',
      'dist/schemas/plan.schema.json',
      'proto/open_inference.proto',
      'page-base.css',
      'live-page/page.css',
      'report-page/page.css',
    ]),
  );
  expect(packed.filter((path) => /^(src|test|\.ci)\//.test(path))).toEqual([]);
});

test('shows its help', () => {
  expect(harp('--help')).toMatch(/USAGE\n {2}\$ harp \[COMMAND\]/);
});

test('creates a model', () => {
  const file = join(folder, 'mlp.onnx');
  harp('model', 'create', 'mlp', '--out', file);
  expect(existsSync(file)).toBe(true);
  expect(statSync(file).size).toBeGreaterThan(1000);
});
