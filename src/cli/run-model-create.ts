/** Makes a model and writes it, whole or not at all. */
import { readFileSync } from 'node:fs';
import { setImmediate as nextCheck } from 'node:timers/promises';
import { HarpError } from '../domain/errors.ts';
import type { ArchitectureList, CreatedModel } from '../domain/model-summary.ts';
import { ARCHITECTURES, createModel, findArchitecture } from '../engine/onnx/create-model.ts';
import { inspectModel } from '../engine/onnx/inspect-model.ts';
import { assertWritable, isInTheWay, writeFileAtomic } from '../files/write-file.ts';

export interface CreateOptions {
  /** The architecture's name with the ending .onnx by default. */
  readonly out: string | undefined;
  readonly seed: number;
  /** Replace a file that holds something else. */
  readonly force: boolean;
  readonly signal: AbortSignal;
}

/** @throws HarpError `usage` for an unknown name, `bad-input` where the file cannot be written, or the interruption */
export async function runModelCreate(
  name: string,
  { out = `${name}.onnx`, seed, force, signal }: CreateOptions,
): Promise<CreatedModel> {
  findArchitecture(name);
  assertWritable(out);
  const bytes = createModel(name, { seed });
  if (!force) assertNotInTheWay(out, bytes);
  await signalsDelivered();
  signal.throwIfAborted();
  writeFileAtomic(out, bytes);
  return { schemaVersion: 1, kind: 'created-model', architecture: name, seed, ...inspectModel(out) };
}

/** A file with the very same model may be written again. */
function assertNotInTheWay(out: string, bytes: Uint8Array): void {
  if (!isInTheWay(out) || readFileSync(out).equals(bytes)) return;
  throw new HarpError('bad-input', 'this file is there already, and holds something else', {
    where: out,
    hint: 'Choose another name with --out, or add --force to replace it.',
  });
}

/** Building blocks the event loop; a signal that came meanwhile arrives in the poll phase between two check phases. */
async function signalsDelivered(): Promise<void> {
  await nextCheck();
  await nextCheck();
}

export const listArchitectures = (): ArchitectureList => ({
  schemaVersion: 1,
  kind: 'architectures',
  architectures: Object.entries(ARCHITECTURES).map(([name, { description }]) => ({ name, description })),
});
