/** The models of `createModel` with seed 1, each made once for all test files: a hundred megabytes take most of a second. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createModel } from '../../../src/engine/onnx/create-model.ts';

/** @returns a file, to be read only */
export function createdModel(name: string): string {
  const file = join(inject('models'), `${name}.onnx`);
  if (!existsSync(file)) {
    // Other processes may make the same one at the same time, and none may see half of it.
    const own = `${file}.${process.pid}`;
    writeFileSync(own, createModel(name, { seed: 1 }));
    renameSync(own, file);
  }
  return file;
}
