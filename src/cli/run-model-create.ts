/** Makes a model and writes it, whole or not at all. */
import { setImmediate as nextCheck } from 'node:timers/promises';
import { ARCHITECTURES, createModel, findArchitecture } from '../engine/onnx/create-model.ts';
import { inspectModel, type ModelSummary } from '../engine/onnx/inspect-model.ts';
import { assertWritable, writeFileAtomic } from '../files/write-file.ts';

export interface CreateOptions {
  /** The architecture's name with the ending .onnx by default. */
  readonly out: string | undefined;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export type CreatedModel = ModelSummary & { readonly architecture: string; readonly seed: number };

/** @throws HarpError `usage` for an unknown name, `bad-input` where the file cannot be written, or the interruption */
export async function runModelCreate(
  name: string,
  { out = `${name}.onnx`, seed, signal }: CreateOptions,
): Promise<CreatedModel> {
  findArchitecture(name);
  assertWritable(out);
  const bytes = createModel(name, { seed });
  await signalsDelivered();
  signal.throwIfAborted();
  writeFileAtomic(out, bytes);
  return { architecture: name, seed, ...inspectModel(out) };
}

/** Building blocks the event loop; a signal that came meanwhile arrives in the poll phase between two check phases. */
async function signalsDelivered(): Promise<void> {
  await nextCheck();
  await nextCheck();
}

export interface ListedArchitecture {
  readonly name: string;
  readonly description: string;
}

export const listArchitectures = (): ListedArchitecture[] =>
  Object.entries(ARCHITECTURES).map(([name, { description }]) => ({ name, description }));
