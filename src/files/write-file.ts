/**
 * Writes files whole or not at all: into a temporary file beside the target, then renamed over it. Links are followed, and stay. What is
 * no file, as a pipe or a device, is written into as it stands: nothing may take its place.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import { isNoSpace, noSpace } from '../domain/no-space.ts';
import { systemWords } from '../domain/system-error.ts';

/**
 * Fails where `file` could not be written, so that this is known before the work starts.
 * @throws HarpError `bad-input`, `missing-capability` where there is no space, `usage` for "-"
 */
export function assertWritable(file: string): void {
  if (file === '-') throw notStdout();
  try {
    const there = statOf(file);
    if (there?.isDirectory()) throw new Error('it is a folder');
    // Opening a pipe would wait for its reader, and end what it reads.
    if (there !== undefined && !there.isFile()) {
      accessSync(file, constants.W_OK);
      return;
    }
    const target = targetOf(file);
    makeFolder(dirname(resolve(target)));
    // Rights do not tell all: a trial does.
    const trial = temporaryOf(target);
    writeFileSync(trial, '');
    rmSync(trial);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** Whether what is written into `file` is gone: a pipe or a device is there. */
export function isStream(file: string): boolean {
  const there = statOf(file);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

/** Whether a file is there that would be replaced, and can be read before. */
export const isInTheWay = (file: string): boolean => existsSync(file) && statSync(file).isFile();

const statOf = (file: string): Stats | undefined => statSync(file, { throwIfNoEntry: false });

/** What the last of its links names, also where nothing is there yet; for no link, itself. */
function targetOf(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  try {
    return targetOf(resolve(dirname(file), readlinkSync(file)));
  } catch {
    return file;
  }
}

/** With its parents. Node's own recursive one never returns where a file system refuses new folders, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/**
 * @throws HarpError `bad-input` where the file cannot be written, `missing-capability` where there is no space; what was there before is
 *   then untouched
 */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  let temporary: string | undefined;
  try {
    if (isStream(file)) {
      writeFileSync(file, content);
      return;
    }
    const target = targetOf(file);
    temporary = temporaryOf(target);
    writeFileSync(temporary, content);
    renameSync(temporary, target);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw cannotWrite(file, error);
  }
}

export const writeJsonFile = (file: string, value: unknown): void =>
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);

const temporaryOf = (file: string): string => join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);

/** Where the file goes that a new one replaces. */
export const previousOf = (file: string): string => `${file}.bak`;

/** What another folder would help against. */
const OF_THE_PLACE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS']);

function cannotWrite(file: string, error: unknown): HarpError {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (isNoSpace(error)) return noSpace(error, file);
  return new HarpError('bad-input', 'cannot write this file', {
    where: file,
    expected: OF_THE_PLACE.has(code) ? 'a path in a folder that you may write to' : undefined,
    got: code === 'ENOENT' ? 'no such folder' : systemWords(error),
    hint: 'Choose another path with --out.',
  });
}

const notStdout = (): HarpError =>
  new HarpError('usage', 'this wants the name of a file', {
    where: '--out',
    got: '-',
    hint: '--json prints the result as a document on stdout; --out ./- is a file of that name.',
  });
