/**
 * One writer at a time for an output file: a lock beside it that names the process holding it. What a killed process left
 * is seen by its number and start time, since numbers are given out again, and is taken over.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { HarpError } from '../domain/errors.ts';

const holderSchema = z.object({
  pid: z.number().int().positive(),
  host: z.string(),
  /** In the system's own count; absent where it does not tell. */
  startTime: z.string().optional(),
});

type Holder = z.infer<typeof holderSchema>;

export const lockOf = (file: string): string => join(dirname(file), `.${basename(file)}.lock`);

/**
 * @returns gives it back
 * @throws HarpError `bad-input` where another process that still runs holds it
 */
export function lockFile(file: string): () => void {
  const lock = lockOf(file);
  const own: Holder = { pid: process.pid, host: hostname(), ...startTimeOf(process.pid) };
  while (!created(lock, own)) {
    const holder = readHolder(lock);
    if (holder !== undefined && isHeld(holder)) throw isLocked(file, lock, holder);
    takeAway(lock, holder);
  }
  return () => rmSync(lock, { force: true });
}

/** @returns false where a lock is there already */
function created(lock: string, holder: Holder): boolean {
  // Written apart and linked, so that a lock is never seen without its holder.
  const whole = `${lock}.${process.pid}`;
  writeFileSync(whole, JSON.stringify(holder));
  try {
    linkSync(whole, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Removes a stale lock; one that another process has put in its place meanwhile goes back. */
function takeAway(lock: string, stale: Holder | undefined): void {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
    if (JSON.stringify(readHolder(aside)) !== JSON.stringify(stale)) linkSync(aside, lock);
  } catch {
    // Another process was faster: the next look tells.
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(lock: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(lock, 'utf8')));
  } catch {
    return undefined;
  }
}

/** A holder on another machine cannot be asked: it counts as alive. */
function isHeld({ pid, host, startTime }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startTime === undefined || startTimeOf(pid).startTime === startTime;
}

/** Linux: field 22 of its stat, counted after the name, which may hold anything. */
function startTimeOf(pid: number): Pick<Holder, 'startTime'> {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return startTime === undefined ? {} : { startTime };
  } catch {
    return {};
  }
}

const isLocked = (file: string, lock: string, { pid, host }: Holder): HarpError =>
  new HarpError('bad-input', 'another process is writing to this file', {
    where: file,
    got: `process ${pid} on ${host}`,
    hint: `Wait for it, or choose another --out. If no such process runs, remove ${lock}.`,
  });
