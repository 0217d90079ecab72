/**
 * Reads stdin to its end. Whoever looked at it before, as to ask whether it is a terminal, may have made its reads fail
 * instead of wait while the other end of a pipe is still working: then they are tried again.
 */
import { readSync } from 'node:fs';

const PAUSE_MS = 10;

export function readStdin(): string {
  const chunks: Buffer[] = [];
  const buffer = Buffer.alloc(65_536);
  for (;;) {
    const length = readOrWait(buffer);
    if (length === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(Buffer.from(buffer.subarray(0, length)));
  }
}

function readOrWait(buffer: Buffer): number {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      return readSync(0, buffer);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(never, 0, 0, PAUSE_MS);
    }
  }
}
