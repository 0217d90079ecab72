import { expect, it } from 'vitest';
import { systemWords } from '../../src/domain/system-error.ts';
import { writeJsonFile } from '../../src/files/write-file.ts';

it('a folder that is not there is told in words', () => {
  expect(() => writeJsonFile('no/such/folder/a.json', {})).toThrow(
    /cannot write this file .*got no such folder/,
  );
});

it.each<[error: unknown, words: string]>([
  [Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' }), 'one that is in use, EADDRINUSE'],
  [Object.assign(new Error('odd'), { code: 'EODD' }), 'EODD'],
  [new Error('what it says itself'), 'what it says itself'],
])('what the system refused: %s', (error, words) => {
  expect(systemWords(error)).toBe(words);
});
