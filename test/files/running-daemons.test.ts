import { mkdtempSync, rmSync, statSync } from 'node:fs';
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
  vi.stubEnv('TMPDIR', '/proc');
  vi.stubEnv('XDG_RUNTIME_DIR', undefined);
  expect(daemonFolder).toThrow(
    expect.objectContaining({ exitCode: 5, message: expect.stringContaining('/proc/') }),
  );
});
