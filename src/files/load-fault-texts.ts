/** Faults as they are asked for: in so many words, or a file that has one a line. */
import { readText } from './read-document.ts';

/**
 * @param said `down:detect/0@3s,up:detect/0@5s`, or a file's name; "-" is stdin
 * @returns one text per fault
 * @throws HarpError `bad-input` where the file cannot be read
 */
export const loadFaultTexts = (said: string): string[] =>
  (/^(down|up):/.test(said) ? said.split(',') : readText(said).split(/\r?\n/))
    .map((text) => text.trim())
    .filter((text) => text !== '' && !text.startsWith('#'));
