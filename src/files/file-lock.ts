/**
 * One writer at a time for an output file: a lock beside it that names the process holding it. What a killed process left
 * is seen by its number and start time, since numbers are given out again, and is taken over. It is put there whole by a hard link;
 * where the file system has none (FAT, many network and FUSE mounts), it is created and looked at again.
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

/** Makes a second name for a file: `linkSync`, unless a test brings its own. */
export type Link = (existing: string, name: string) => void;

/**
 * @returns gives it back
 * @throws HarpError `bad-input` where another process that still runs holds it
 */
export function lockFile(file: string, link: Link = linkSync): () => void {
  const lock = lockOf(file);
  const own: Holder = { pid: process.pid, host: hostname(), ...startTimeOf(process.pid) };
  while (!created(lock, own, link)) {
    const holder = readHolder(lock);
    if (holder !== undefined && isHeld(holder)) throw isLocked(file, lock, holder);
    takeAway(lock, holder, link);
  }
  return () => rmSync(lock, { force: true });
}

/** @returns false where a lock is there already */
function created(lock: string, holder: Holder, link: Link): boolean {
  // Written apart and linked, so that a lock is never seen without its holder.
  const whole = `${lock}.${process.pid}`;
  try {
    writeFileSync(whole, JSON.stringify(holder));
    link(whole, lock);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (NO_HARD_LINKS.has(code)) return createdInPlace(lock, holder);
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

const NO_HARD_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV']);

/** A moment passes between its name and its content, in which it looks stale: only who finds itself in it afterwards has it. */
function createdInPlace(lock: string, holder: Holder): boolean {
  try {
    writeFileSync(lock, JSON.stringify(holder), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // On a full disk it is there, with nothing in it.
    rmSync(lock, { force: true });
    throw error;
  }
  return isSame(readHolder(lock), holder);
}

const isSame = (a: Holder | undefined, b: Holder | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** Removes a stale lock; one that another process has put in its place meanwhile goes back. */
function takeAway(lock: string, stale: Holder | undefined, link: Link): void {
  const aside = `${lock}.${process.pid}.stale`;
  try {
    renameSync(lock, aside);
    const taken = readHolder(aside);
    if (taken !== undefined && !isSame(taken, stale)) created(lock, taken, link);
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
