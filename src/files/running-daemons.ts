/** Daemons that run as this user on this machine: each leaves a file while it does, so that others find it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type RunningDaemon, runningDaemonSchema } from '../domain/daemon.ts';
import { HarpError } from '../domain/errors.ts';
import { systemWords } from '../domain/system-error.ts';
import { writeJsonFile } from './write-file.ts';

/**
 * Of this user; made where it is missing.
 * @throws HarpError `missing-capability` where that cannot be
 */
export function daemonFolder(): string {
  const runtime = process.env.XDG_RUNTIME_DIR;
  const folder =
    runtime !== undefined && existsSync(runtime)
      ? join(runtime, 'harp')
      : join(tmpdir(), `harp-daemons-${userInfo().username}`);
  try {
    // Not recursive: under /proc, Node's own way up the path never ends.
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
    throw new HarpError('missing-capability', 'there is no place to note which daemons run', {
      where: folder,
      got: systemWords(error),
      hint: 'Point XDG_RUNTIME_DIR, or TMPDIR, to a folder that you may write to.',
    });
  }
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
