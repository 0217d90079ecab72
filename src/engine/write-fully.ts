/** Writes all of the bytes at a place in a file: one call may write fewer, where memory or a disk runs out. */
import { writeSync } from 'node:fs';

/** @throws Error ENOSPC where there is no room */
export function writeFully(file: number, bytes: Uint8Array, position: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}
