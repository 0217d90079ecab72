/**
 * Measuring beside a busy neighbour: a process that keeps a core busy. What harp calls stable agrees with what the machine
 * gives when nobody is there, within what both say that they may be off by; where that cannot be, it says so.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import type { ProfileComparison } from '../../src/domain/profile-comparison.ts';
import { chooseCores } from '../../src/machine/choose-cores.ts';
import { canConfine } from '../../src/machine/confine.ts';
import { usableCores } from '../../src/machine/inventory.ts';
import { finished, harp, spawnHarp } from '../end-to-end/harp.ts';

const LONGEST_S = 60;

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-honest-'));
  await harp(['model', 'create', 'squeezenet'], folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A process that computes on a core until it is killed, or for a minute. */
function keepBusy(core: number): ChildProcess {
  const program = `const end = Date.now() + ${LONGEST_S * 1000}; while (Date.now() < end);`;
  return spawn('taskset', ['-c', String(core), process.execPath, '-e', program], { stdio: 'ignore' });
}

const args = (out: string, cores: number): string[] => [
  ...`profile squeezenet.onnx --batch-sizes 1 --cores ${cores} --max-duration 5 --statistic p50`.split(' '),
  ...['--allow-unstable', '--json', '--out', out],
];

async function measured(out: string, cores = 1, more: readonly string[] = []) {
  const { stdout, exitCode } = await harp([...args(out, cores), ...more], folder);
  const profile = JSON.parse(stdout) as Profile & { comparison?: ProfileComparison };
  return { exitCode, ...profile, point: profile.points[0]! };
}

/** Wherever both are stable. */
function expectAgreement(a: Profile['points'][number], b: Profile['points'][number]): void {
  if (!a.stable || !b.stable) return;
  expect(Math.abs(a.durationMs - b.durationMs)).toBeLessThanOrEqual(a.spreadMs!.p50 + b.spreadMs!.p50);
}

describe.runIf(canConfine() && usableCores().length > 1)('beside a busy neighbour', () => {
  test('on the core that is measured: never stable, and the neighbour is named', async () => {
    const [core] = chooseCores(1, usableCores());
    const neighbour = keepBusy(core!);
    try {
      const { point } = await measured('shared-core.json');
      expect(point).toMatchObject({ stable: false });
      expect(point.contention).toBeGreaterThan(0.2);
    } finally {
      neighbour.kill('SIGKILL');
    }
  }, 60_000);

  test('on one of two cores that are measured: never stable', async () => {
    const [core] = chooseCores(1, usableCores());
    const neighbour = keepBusy(core!);
    try {
      const { point } = await measured('two-cores.json', 2);
      expect(point).toMatchObject({ stable: false });
      expect(point.contention).toBeGreaterThan(0.1);
    } finally {
      neighbour.kill('SIGKILL');
    }
  }, 60_000);

  test('on another core: what is called stable agrees with what it is without him', async () => {
    const alone = await measured('alone.json');
    const cores = usableCores();
    const other = cores.find((core) => !chooseCores(1, cores).includes(core))!;
    const neighbour = keepBusy(other);
    try {
      const beside = await measured('beside.json');
      expect(beside.point.otherLoad).toBeGreaterThan(0.5 / cores.length);
      expectAgreement(alone.point, beside.point);
    } finally {
      neighbour.kill('SIGKILL');
    }
  }, 60_000);

  test('who leaves meanwhile costs time only: what is then stable is what it is without him', async () => {
    const [core] = chooseCores(1, usableCores());
    const neighbour = keepBusy(core!);
    const running = finished(spawnHarp(args('leaves.json', 1), folder));
    setTimeout(() => neighbour.kill('SIGKILL'), 2500);
    const [point] = (JSON.parse((await running).stdout) as Profile).points;
    expectAgreement((await measured('after.json')).point, point!);
  }, 60_000);
});

test('the same model twice: nothing has changed beyond noise, and a gate of 0 % lets it pass', async () => {
  await measured('first.json');
  const { exitCode, comparison } = await measured('second.json', 1, [
    ...['--compare', 'first.json', '--fail-on-regression', '0'],
  ]);
  expect(comparison!.changes).toHaveLength(1);
  const [change] = comparison!.changes;
  // On a machine that is too restless to tell, the gate says that it could judge nothing.
  if (change!.verdict === 'not-settled') expect(exitCode).toBe(4);
  else expect({ exitCode, ...change }).toMatchObject({ exitCode: 0, verdict: 'within-noise' });
}, 60_000);
