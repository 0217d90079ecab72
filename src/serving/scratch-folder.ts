/** A folder in memory for the tensors of one daemon, gone when the daemon is; what a killed one left is removed by the next. */
import { accessSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
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

/** What requests may take of this machine: half of what is free for such folders, and a quarter of all memory at most. */
export function memoryShareBytes(): number {
  const { bavail, bsize } = statfsSync(memoryFolder());
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.min((bavail * bsize) / 2, memory / 4);
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
