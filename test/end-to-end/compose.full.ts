/** Commands that read what others print: plan once, then cost, simulate, export and load from a pipe. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violationsOf } from '../schemas/published-schema.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HARP = `"${process.execPath}" "${join(ROOT, 'bin/run.js')}"`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const shell = (line: string) =>
  spawnSync('bash', ['-o', 'pipefail', '-c', line.replaceAll('harp ', `${HARP} `)], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, APP: join(ROOT, 'profiles/single.app.yaml') },
  });

test.each<[string, string, number]>([
  ['harp plan "$APP" --json | harp cost - --json', 'cost', 0],
  ['harp plan "$APP" --json | harp simulate - --requests 1000 --json', 'simulation', 0],
  [
    'harp plan "$APP" --json | harp simulate - --requests 1000 --dispatch planned,eager --json',
    'simulation-comparison',
    0,
  ],
  ['harp plan "$APP" --json | harp export - --to triton --json', 'export', 0],
  ['cat "$(dirname "$APP")/squeezenet.profile.json" | harp plan - --rate 10 --slo 400 --json', 'plan', 0],
  // No plan: said as a document by the first, and as an error by the second.
  ['harp plan "$APP" --slo 1 --json', 'plan', 3],
  ['(harp plan "$APP" --slo 1 --json || true) | harp cost - --json', 'error', 3],
])('%s', (line, kind, exitCode) => {
  const { stdout, stderr, status } = shell(line);
  expect({ stderr: stderr.includes('bug'), status }).toEqual({ stderr: false, status: exitCode });
  expect(violationsOf(kind, JSON.parse(stdout))).toEqual([]);
});
