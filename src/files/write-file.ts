/** Writes files whole or not at all: into a temporary file beside the target, then renamed over it. */

import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import { systemWords } from '../domain/system-error.ts';

/**
 * Fails where `file` could not be written, so that this is known before the work starts.
 * @throws HarpError `bad-input`
 */
export function assertWritable(file: string): void {
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    makeFolder(dirname(resolve(file)));
    // Rights do not tell all: a trial does.
    const trial = temporaryOf(file);
    writeFileSync(trial, '');
    rmSync(trial);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/** With its parents. Node's own recursive one never returns where a file system refuses new folders, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** @throws HarpError `bad-input` where the file cannot be written; what was there before is then untouched */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  const temporary = temporaryOf(file);
  try {
    writeFileSync(temporary, content);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw cannotWrite(file, error);
  }
}

export const writeJsonFile = (file: string, value: unknown): void =>
  writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`);

const temporaryOf = (file: string): string => join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);

/** Where the file goes that a new one replaces. */
export const previousOf = (file: string): string => `${file}.bak`;

const cannotWrite = (file: string, error: unknown): HarpError =>
  new HarpError('bad-input', 'cannot write this file', {
    where: file,
    expected: 'a path in a folder that you may write to',
    got: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such folder' : systemWords(error),
    hint: 'Choose another path with --out.',
  });
