/**
 * Weights beside the model: ONNX's external data. Checked before anything loads the model, because a path that leaves
 * the model's folder is how a hostile model would read other files.
 */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { HarpError } from '../../domain/errors.ts';
import { EXTERNAL, type Message } from './schema.ts';
import { everyGraph, storedTensors } from './walk-graph.ts';

/** @throws HarpError `bad-input` where external data is missing, too short, or outside the model's folder */
export function checkExternalData(graph: Message<'GraphProto'>, modelFile: string): void {
  for (const inner of everyGraph(graph)) {
    for (const tensor of storedTensors(inner)) {
      if (tensor.dataLocation === EXTERNAL) checkTensor(tensor, modelFile);
    }
  }
}

function checkTensor({ name, externalData }: Message<'TensorProto'>, modelFile: string): void {
  const entries = Object.fromEntries((externalData ?? []).map(({ key, value }) => [key, value]));
  const location = entries.location ?? '';
  const folder = dirname(resolve(modelFile));
  const file = resolve(folder, location);
  const refuse = (what: string, expected: string, hint?: string): HarpError =>
    new HarpError('bad-input', what, { where: modelFile, expected, got: JSON.stringify(location), hint });

  const inside = relative(folder, file);
  if (inside === '' || isAbsolute(location) || inside === '..' || inside.startsWith(`..${sep}`)) {
    throw refuse(`the external data of "${name}" is outside the model's folder`, 'a path below that folder');
  }
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) {
    throw refuse(
      `the external data of "${name}" is missing`,
      'this file beside the model',
      'Copy it along with the model.',
    );
  }
  const end = Number(entries.offset ?? 0) + Number(entries.length ?? 0);
  if (end > found.size) {
    throw refuse(
      `the external data of "${name}" is cut short`,
      `${end} bytes, not ${found.size}`,
      'Copy or download it again.',
    );
  }
}
