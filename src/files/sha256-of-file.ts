/** What tells whether a file is still the same. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** @returns hexadecimal, as profiles name models */
export const sha256OfFile = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');
