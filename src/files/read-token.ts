/** Reads the token that lets clients in: what a daemon asks for and a client brings. */
import { HarpError } from '../domain/errors.ts';
import { readText } from './read-document.ts';

/**
 * @param leastLength characters; others' tokens may be as short as they like
 * @throws HarpError `bad-input` for files that cannot be read or hold no token
 */
export function readToken(file: string, leastLength = 1): string {
  const token = readText(file).trim();
  if (token.length >= leastLength && /^\S+$/.test(token)) return token;
  throw new HarpError('bad-input', 'not a token', {
    where: file,
    expected: `at least ${leastLength} characters on one line, no spaces`,
    got: `${token.length} characters`,
    hint: 'For example: head -c 32 /dev/urandom | base64 > token',
  });
}
