import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Link, lockFile, lockOf } from '../../src/files/file-lock.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-lock-'));
  file = join(folder, 'm.profile.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The number of a process that has ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;
const leave = (holder: object | undefined): void =>
  writeFileSync(lockOf(file), holder === undefined ? '{"pid":' : JSON.stringify(holder));

test('one at a time, and free again once it is given back; nothing is left', () => {
  const release = lockFile(file);
  expect(() => lockFile(file)).toThrow(`process ${process.pid} on ${hostname()}`);
  release();
  lockFile(file)();
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  { name: 'a process that is gone', holder: () => ({ pid: deadPid(), host: hostname() }) },
  {
    name: 'a process whose number another has now',
    holder: () => ({ pid: process.pid, host: hostname(), startTime: '1' }),
  },
  { name: 'nobody: the file is cut short', holder: () => undefined },
])('a lock of $name is taken over', ({ holder }) => {
  leave(holder());
  const release = lockFile(file);
  expect(JSON.parse(readFileSync(lockOf(file), 'utf8'))).toMatchObject({ pid: process.pid });
  release();
  expect(readdirSync(folder)).toEqual([]);
});

describe.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP'])('where links end with %s', (code) => {
  const noLinks: Link = () => {
    throw Object.assign(new Error(`${code}: link`), { code });
  };

  test('one at a time all the same, and nothing is left', () => {
    const release = lockFile(file, noLinks);
    expect(() => lockFile(file, noLinks)).toThrow(`process ${process.pid} on ${hostname()}`);
    expect(() => lockFile(file)).toThrow(`process ${process.pid} on ${hostname()}`);
    release();
    lockFile(file, noLinks)();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a lock of a process that is gone is taken over, one of another machine holds', () => {
    leave({ pid: deadPid(), host: hostname() });
    lockFile(file, noLinks)();
    expect(readdirSync(folder)).toEqual([]);
    leave({ pid: deadPid(), host: `not-${hostname()}` });
    expect(() => lockFile(file, noLinks)).toThrow('another process is writing to this file');
  });
});

test('what else keeps a link from being made is told', () => {
  const full: Link = () => {
    throw Object.assign(new Error('ENOSPC: link'), { code: 'ENOSPC' });
  };
  expect(() => lockFile(file, full)).toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock of another machine holds, since its process cannot be asked', () => {
  leave({ pid: deadPid(), host: `not-${hostname()}` });
  expect(() => lockFile(file)).toThrow('another process is writing to this file');
  expect(existsSync(lockOf(file))).toBe(true);
});
