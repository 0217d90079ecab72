import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sha256OfFile } from '../../src/files/sha256-of-file.ts';

test.each([0, 3, 2 ** 20, 3 * 2 ** 20 + 1])('a file of %i bytes', async (size) => {
  const folder = mkdtempSync(join(tmpdir(), 'harp-sha-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251);
  writeFileSync(join(folder, 'w.bin'), bytes);
  expect(await sha256OfFile(join(folder, 'w.bin'))).toBe(createHash('sha256').update(bytes).digest('hex'));
});
