/** Makes ONNX models of well-known architectures with seeded random weights: their speed is real, their answers are not. */
import { didYouMean } from '../../domain/closest-name.ts';
import { HarpError } from '../../domain/errors.ts';
import type { Architecture } from './architecture.ts';
import { bert } from './architectures/bert.ts';
import { lstm } from './architectures/lstm.ts';
import { mlp } from './architectures/mlp.ts';
import { mobilenetv2 } from './architectures/mobilenetv2.ts';
import { resnet18, resnet50 } from './architectures/resnet.ts';
import { squeezenet } from './architectures/squeezenet.ts';
import { ssdlite } from './architectures/ssdlite.ts';
import { Graph } from './graph.ts';
import { encodeModel } from './schema.ts';

export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  mlp,
  squeezenet,
  mobilenetv2,
  resnet18,
  resnet50,
  ssdlite,
  bert,
  lstm,
};

/**
 * The bytes of an ONNX file; the same name and seed give the same bytes.
 * @throws HarpError `usage` for a name that is not in ARCHITECTURES
 */
export function createModel(name: string, { seed }: { seed: number }): Uint8Array {
  const graph = new Graph(name, seed);
  const outputs = findArchitecture(name).build(graph);
  for (const [output, value] of Object.entries(outputs))
    graph.addOutput(output, 'FP32', value.name, value.shape);
  return encodeModel(graph.toModel());
}

/** @throws HarpError `usage` where there is none of this name */
export function findArchitecture(name: string): Architecture {
  if (Object.hasOwn(ARCHITECTURES, name)) return ARCHITECTURES[name]!;
  throw new HarpError('usage', `there is no architecture "${name}"`, {
    expected: Object.keys(ARCHITECTURES).join(', '),
    hint: [didYouMean(name, Object.keys(ARCHITECTURES)), 'harp model create --list describes them.']
      .filter((part) => part !== undefined)
      .join(' '),
  });
}
