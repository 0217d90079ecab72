import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { ByteBudget } from '../../src/serving/byte-budget.ts';
import { readBody } from '../../src/serving/read-body.ts';

it.each<[limitBytes: number, says: RegExp]>([
  [64 * 2 ** 20, /larger than 64 MiB \(--body-limit\)/],
  [1000, /larger than 1000 bytes \(--body-limit\)/],
])('a limit of %i bytes is told in the unit of the flag', async (limitBytes, says) => {
  const request = Object.assign(Readable.from([]), { headers: { 'content-length': String(limitBytes + 1) } });
  await expect(readBody(request as never, limitBytes, new ByteBudget(2 ** 30))).rejects.toThrow(says);
});
