/** What a user is told where a disk, a quota or a stream takes no more. */
import { HarpError } from './errors.ts';
import { systemWords } from './system-error.ts';

const CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export const isNoSpace = (error: unknown): boolean =>
  CODES.has((error as Partial<NodeJS.ErrnoException> | undefined)?.code ?? '');

/** @param where the file, or what the system says of it by default */
export function noSpace(error: unknown, where = (error as Partial<NodeJS.ErrnoException>).path): HarpError {
  return new HarpError('missing-capability', 'no space left to write to', {
    where,
    got: systemWords(error),
    hint: 'Free some space there and run it again, or write to another disk.',
  });
}
