/** Sweeps that are killed at random moments, and go on: whatever stands in the file is whole, and nothing is measured twice. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadProfile } from '../../src/files/load-profile.ts';
import { seededRandom } from '../../src/numeric/prng.ts';
import { descendants, finished, harp, spawnHarp } from '../end-to-end/harp.ts';

const SWEEP =
  'profile mlp.onnx --exhaustive --cores 1 --batch-sizes 1,2,3,4,5,6 --min-duration 0.1 --max-duration 0.2 --min-runs 8 --allow-unstable';
const KILLS = 12;
const LONGEST_MS = 3000;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-killed-'));
  file = join(folder, 'mlp.profile.json');
  await harp(['model', 'create', 'mlp'], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const isThere = (pid: number): boolean =>
  existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== '';
const measuredPoints = () =>
  existsSync(file) ? loadProfile(file).points.filter(({ latencyMs }) => latencyMs !== undefined) : [];

test('kill -9 at random moments: the file is whole, no process is left, and the rest goes on from there', async () => {
  const { uniform } = seededRandom(9);
  let settled = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const running = spawnHarp([...SWEEP.split(' '), '--resume', '--quiet'], folder);
    const end = finished(running);
    await Promise.race([sleep(LONGEST_MS * uniform()), end]);
    const children = running.exitCode === null ? await descendants(running.pid!).catch(() => []) : [];
    running.kill('SIGKILL');
    await end;
    const points = measuredPoints();
    const nowSettled = points.filter(({ stable }) => stable).length;
    expect(nowSettled).toBeGreaterThanOrEqual(settled);
    settled = nowSettled;
    for (const limit = Date.now() + 10_000; children.some(isThere) && Date.now() < limit; ) await sleep(50);
    expect(children.filter(isThere)).toEqual([]);
  }
  const { exitCode, stderr } = await harp([...SWEEP.split(' '), '--resume'], folder);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(measuredPoints().map(({ batchSize }) => batchSize)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.lock'))).toEqual([]);
}, 180_000);

test('kill -9 while an old profile is measured anew: the old one or the new one stands there, whole', async () => {
  for (let kill = 0; kill < 4; kill++) {
    const running = spawnHarp([...SWEEP.split(' '), '--quiet'], folder);
    const end = finished(running);
    await Promise.race([sleep(600 + kill * 400), end]);
    running.kill('SIGKILL');
    await end;
    expect(measuredPoints().length).toBeGreaterThan(0);
  }
}, 60_000);

test('two sweeps at once on one file: the second is refused, and the first one comes to its end', async () => {
  const first = spawnHarp([...SWEEP.split(' '), '--out', 'shared.json'], folder);
  const end = finished(first);
  for (
    const limit = Date.now() + 20_000;
    !existsSync(join(folder, '.shared.json.lock')) && Date.now() < limit;
  ) {
    await sleep(5);
  }
  const second = await harp([...SWEEP.split(' '), '--out', 'shared.json'], folder);
  expect(second).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`process ${first.pid}`) });
  expect(await end).toMatchObject({ exitCode: 0 });
}, 60_000);
