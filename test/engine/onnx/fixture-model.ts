/** Small models by hand, for what the built architectures do not have. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { encodeModel, type Message } from '../../../src/engine/onnx/schema.ts';

const FLOAT = 1;

/** A value of floats; a string names a dimension, null leaves it without name and length. */
export const floats = (
  name: string,
  shape: readonly (number | string | null)[],
): Message<'ValueInfoProto'> => ({
  name,
  type: {
    tensorType: {
      elemType: FLOAT,
      shape: {
        dim: shape.map((length) =>
          typeof length === 'number' ? { dimValue: length } : length === null ? {} : { dimParam: length },
        ),
      },
    },
  },
});

/** x → Relu → y, changed in some part of its graph. */
export const reluModel = (graph: Message<'GraphProto'> = {}): Uint8Array =>
  encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'g',
      node: [{ opType: 'Relu', input: ['x'], output: ['y'] }],
      input: [floats('x', ['batch', 4])],
      output: [floats('y', ['batch', 4])],
      ...graph,
    },
  });

/** A folder that goes when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'harp-onnx-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a file into a new folder, and returns its path. */
export function writeFixture(bytes: Uint8Array | string, name = 'model.onnx'): string {
  const file = join(emptyFolder(), name);
  writeFileSync(file, bytes);
  return file;
}
