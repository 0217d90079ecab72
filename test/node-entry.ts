/**
 * Stands in for src/machine/node-entry.ts while tests run (vitest.config.ts): a process or thread that a test starts runs what was bundled once before all of
 * them, which takes a third of the time that reading its sources takes.
 */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { inject } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

export function nodeEntry(caller: string, module: string): string[] {
  const source = fileURLToPath(new URL(module, caller));
  return [join(inject('workers'), `${relative(SRC, source)}.js`)];
}

export const nodeThread = (caller: string, module: string, workerData: unknown): Worker =>
  new Worker(nodeEntry(caller, module)[0]!, { workerData });
