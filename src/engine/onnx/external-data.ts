/**
 * Weights beside the model: ONNX's external data. Checked before anything loads the model, because a path that leaves
 * the model's folder is how a hostile model would read other files. Where the model's file is a symbolic link, as in the
 * caches of model hubs, the folder of the file itself counts too; onnxruntime draws the same line.
 */
import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { HarpError } from '../../domain/errors.ts';
import { elementCount } from '../../domain/tensor.ts';
import { elementBytes } from './element-types.ts';
import { altered, EXTERNAL, type Message } from './schema.ts';
import { everyGraph, storedTensors } from './walk-graph.ts';

type Tensor = Message<'TensorProto'>;

const isExternal = ({ dataLocation }: Tensor): boolean => dataLocation === EXTERNAL;

/**
 * @returns the files, relative to the model's folder, each once and in the order of their names
 * @throws HarpError `bad-input` where external data is missing, too short, or outside the model's folder
 */
export function checkExternalData(graph: Message<'GraphProto'>, modelFile: string): string[] {
  const files = new Set<string>();
  for (const inner of everyGraph(graph)) {
    for (const tensor of storedTensors(inner)) {
      if (!isExternal(tensor)) continue;
      files.add(relative(dirname(resolve(modelFile)), locate(tensor, modelFile).file));
    }
  }
  return [...files].sort();
}

/** The same tensor with its elements in the model, if they lie beside it. @throws as checkExternalData */
export const embedded = (tensor: Tensor, modelFile: string): Tensor =>
  isExternal(tensor)
    ? altered(tensor, { rawData: readExternal(tensor, modelFile), externalData: [], dataLocation: 0 })
    : tensor;

function readExternal(tensor: Tensor, modelFile: string): Uint8Array {
  const { file, offset, length } = locate(tensor, modelFile);
  const bytes = Buffer.alloc(length);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, bytes, 0, length, offset);
  } finally {
    closeSync(opened);
  }
  return bytes;
}

/** A part of a file, in bytes. */
interface Section {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

function locate({ name, dims, dataType, externalData }: Tensor, modelFile: string): Section {
  const entries = Object.fromEntries((externalData ?? []).map(({ key, value }) => [key, value]));
  const location = entries.location ?? '';
  const refuse = (what: string, expected: string, hint?: string, got = JSON.stringify(location)): HarpError =>
    new HarpError('bad-input', `the external data of "${name ?? ''}" ${what}`, {
      where: modelFile,
      expected,
      got,
      hint,
    });
  const folder = dirname(resolve(modelFile));
  const file = resolve(folder, location);
  const outside = (hint?: string) =>
    refuse("is outside the model's folder", 'a path below that folder', hint);
  if (isAbsolute(location) || !isBelow(folder, file)) throw outside();
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    throw refuse('is missing', 'this file beside the model', 'Copy it along with the model.');
  }
  const folders = [realpathSync(folder), dirname(realpathSync(modelFile))];
  if (!folders.some((real) => isBelow(real, realpathSync(file)))) {
    throw outside('It is a symbolic link that leads away: put the file itself beside the model.');
  }
  const bytes = storedBytes((dims ?? []).map(Number), dataType ?? 0);
  const offset = Number(entries.offset ?? 0);
  const length = Number(entries.length ?? bytes ?? 0);
  if (![offset, length].every((number) => Number.isSafeInteger(number) && number >= 0)) {
    throw refuse(
      'has no place in its file',
      'offset and length, whole numbers of bytes',
      undefined,
      JSON.stringify({ offset: entries.offset, length: entries.length }),
    );
  }
  if (bytes !== undefined && length !== bytes) {
    throw refuse(
      'does not fit its shape',
      `${bytes} bytes for [${dims ?? ''}]`,
      undefined,
      `${length} bytes`,
    );
  }
  if (offset + length > found.size) {
    throw refuse('is cut short', `${offset + length} bytes, not ${found.size}`, 'Copy or download it again.');
  }
  return { file, offset, length };
}

function isBelow(folder: string, file: string): boolean {
  const inside = relative(folder, file);
  return inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

/** undefined where elements have no size known here. */
function storedBytes(dims: readonly number[], elementType: number): number | undefined {
  const size = elementBytes(elementType);
  return size === undefined ? undefined : Math.ceil(elementCount(dims) * size);
}
