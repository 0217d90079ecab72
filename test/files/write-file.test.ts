import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemWords } from '../../src/domain/system-error.ts';
import {
  assertWritable,
  isInTheWay,
  isStream,
  writeFileAtomic,
  writeJsonFile,
} from '../../src/files/write-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('a folder that is not there is told in words', () => {
  expect(() => writeJsonFile('no/such/folder/a.json', {})).toThrow(
    /cannot write this file .*expected a path in a folder that you may write to, got no such folder/,
  );
});

it('a folder is no file, and wants no other folder', () => {
  expect(() => assertWritable(folder)).toThrow(/cannot write this file \(got it is a folder\)/);
});

it('"-" is no name that anybody wants for a file', () => {
  expect(() => assertWritable('-')).toThrow(/^--out: this wants the name of a file/);
});

it.each<[sentence: string, linked: boolean]>([
  ['a file', true],
  ['nothing yet', false],
])('a link stays, and what it names is written: %s', (_, linked) => {
  mkdirSync(join(folder, 'elsewhere'));
  const [link, target] = [join(folder, 'link'), join(folder, 'elsewhere', 'file')];
  if (linked) writeFileSync(target, 'before');
  symlinkSync('elsewhere/file', link);
  expect(isInTheWay(link)).toBe(linked);
  assertWritable(link);
  writeFileAtomic(link, 'after');
  expect(readlinkSync(link)).toBe('elsewhere/file');
  expect(readFileSync(target, 'utf8')).toBe('after');
  expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'link']);
  expect(readdirSync(join(folder, 'elsewhere'))).toEqual(['file']);
});

it('below a file nothing is in the way, and nothing can be written', () => {
  const below = join(folder, 'file', 'below');
  writeFileSync(join(folder, 'file'), '');
  expect(isInTheWay(below)).toBe(false);
  for (const write of [() => assertWritable(below), () => writeFileAtomic(below, '')])
    expect(write).toThrow(/cannot write this file .*got a file where a folder should be, ENOTDIR/);
});

it('a link to itself is told', () => {
  const link = join(folder, 'link');
  symlinkSync('link', link);
  expect(() => assertWritable(link)).toThrow(/cannot write this file/);
  expect(() => writeFileAtomic(link, '')).toThrow(/cannot write this file/);
});

it('a pipe gets what is written, and stays one', () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    expect([isStream(pipe), isInTheWay(pipe)]).toEqual([true, false]);
    assertWritable(pipe);
    writeFileAtomic(pipe, 'content');
    const read = Buffer.alloc(100);
    expect(read.toString('utf8', 0, readSync(reader, read))).toBe('content');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['pipe']);
  } finally {
    closeSync(reader);
  }
});

it.each<[error: unknown, words: string]>([
  [Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' }), 'one that is in use, EADDRINUSE'],
  [Object.assign(new Error('odd'), { code: 'EODD' }), 'EODD'],
  [new Error('what it says itself'), 'what it says itself'],
])('what the system refused: %s', (error, words) => {
  expect(systemWords(error)).toBe(words);
});
