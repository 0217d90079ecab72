/** Daemons that run as this user on this machine: each leaves a file while it does, so that others find it. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RunningDaemon, runningDaemonSchema } from '../domain/daemon.ts';
import { writeJsonFile } from './write-file.ts';

/** Of this user; made where it is missing. */
export function daemonFolder(): string {
  const folder = process.env.XDG_RUNTIME_DIR
    ? join(process.env.XDG_RUNTIME_DIR, 'harp')
    : join(tmpdir(), `harp-daemons-${userInfo().username}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

const fileOf = (pid: number): string => join(daemonFolder(), `${pid}.json`);

export const registerDaemon = (daemon: RunningDaemon): void => writeJsonFile(fileOf(daemon.pid), daemon);

export const unregisterDaemon = (pid: number): void => rmSync(fileOf(pid), { force: true });

/** Those whose process still is there, the oldest first; files of others are removed. */
export function runningDaemons(): RunningDaemon[] {
  const daemons = readdirSync(daemonFolder())
    .filter((name) => /^\d+\.json$/.test(name))
    .flatMap((name) => {
      const file = join(daemonFolder(), name);
      const daemon = readDaemon(file);
      if (daemon !== undefined && isAlive(daemon.pid)) return [daemon];
      rmSync(file, { force: true });
      return [];
    });
  return daemons.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

function readDaemon(file: string): RunningDaemon | undefined {
  try {
    return runningDaemonSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether a process of this number is there, and is harp's where that can be told. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes('serve');
  } catch {
    return true;
  }
}
