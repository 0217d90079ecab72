import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { daemonFolder } from '../../src/files/running-daemons.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-daemons-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('it is made for this user alone, once', () => {
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  expect(daemonFolder()).toBe(join(folder, 'harp'));
  expect(daemonFolder()).toBe(join(folder, 'harp'));
  expect(statSync(join(folder, 'harp')).mode & 0o777).toBe(0o700);
});

test('a runtime folder that is not there is passed over', () => {
  vi.stubEnv('TMPDIR', folder);
  vi.stubEnv('XDG_RUNTIME_DIR', join(folder, 'gone'));
  expect(daemonFolder()).toMatch(new RegExp(`^${folder}/harp-daemons-`));
});

test('where it cannot be made, what to set is told', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  vi.stubEnv('XDG_RUNTIME_DIR', undefined);
  for (const [place, got] of [
    ['/proc', ''],
    [file, 'a file where a folder should be, ENOTDIR'],
  ] as const) {
    vi.stubEnv('TMPDIR', place);
    expect(daemonFolder).toThrow(
      expect.objectContaining({ exitCode: 5, message: expect.stringMatching(`^${place}/.*${got}`) }),
    );
  }
});

test('a file in its place is told, too', () => {
  writeFileSync(join(folder, 'harp'), '');
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  expect(daemonFolder).toThrow(/got a file in its place, EEXIST/);
});
