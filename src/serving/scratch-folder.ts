/** A folder in memory for the tensors of one daemon, gone when the daemon is; what a killed one left is removed by the next. */
import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'harp-serve-';

/** @returns its path, in tmpfs where there is one */
export function makeScratchFolder(): string {
  const parent = memoryFolder();
  for (const name of readdirSync(parent)) {
    const pid = Number(name.match(/^harp-serve-(\d+)-/)?.[1]);
    if (pid > 0 && !isAlive(pid)) removeIfOurs(join(parent, name));
  }
  return mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
}

/** What belongs to somebody else stays. */
function removeIfOurs(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {}
}

function memoryFolder(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
