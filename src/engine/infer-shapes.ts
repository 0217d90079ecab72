/** Shapes of all values of a model, as the runtime infers them without running it or reading its weights. */
import { ELEMENT_BYTES, elementCount } from '../domain/tensor.ts';
import { elementBytes } from './onnx/element-types.ts';
import { nodeConstant } from './onnx/node-constant.ts';
import { encodeModel, type Message } from './onnx/schema.ts';
import { withoutWeights } from './onnx/without-weights.ts';
import type { RuntimeProbe } from './runtime-probe.ts';
import { DATATYPE_OF } from './session.ts';

export interface ShapedTensor {
  /** A name stands for a length that varies or is not known. */
  readonly shape: readonly (number | string)[];
  /** Of one element; undefined where it has no fixed size. */
  readonly elementBytes: number | undefined;
}

/**
 * @param file of the model
 * @param lengths by name of a dimension; others stay names
 * @returns by name of a value: inputs, constants, and what nodes give, but for sequences, maps and optionals
 * @throws ModelRefused
 */
export async function inferShapes(
  model: Message<'ModelProto'> & { graph: Message<'GraphProto'> },
  file: string,
  lengths: Readonly<Record<string, number>>,
  probe: RuntimeProbe,
): Promise<ReadonlyMap<string, ShapedTensor>> {
  const stored = new Map((model.graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  const made = (model.graph.node ?? []).flatMap((node) => {
    const tensor = nodeConstant(node, stored);
    return tensor ? [[node.output?.[0] ?? '', tensor] as const] : [];
  });
  const constants = [...stored, ...made].map(([name, { dims, dataType }]) => {
    const shape = (dims ?? []).map(Number);
    return [name, { shape, elementBytes: elementBytes(dataType ?? 0) }] as const;
  });
  const values = await probe.inferShapes(encodeModel(withoutWeights(model, file, lengths)));
  const inferred = values.flatMap(({ name, type, shape }) =>
    type === undefined ? [] : [[name, { shape, elementBytes: bytesOfType(type) }] as const],
  );
  return new Map<string, ShapedTensor>([...constants, ...inferred]);
}

const bytesOfType = (type: string): number | undefined => {
  const datatype = DATATYPE_OF[type];
  return datatype === undefined ? HALF_BYTES[type] : ELEMENT_BYTES[datatype];
};

const HALF_BYTES: Readonly<Record<string, number>> = { int4: 0.5, uint4: 0.5 };

/** Undefined where a length is not known. */
export function staticShape(tensor: ShapedTensor | undefined): readonly number[] | undefined {
  const shape = tensor?.shape;
  return shape?.every((length) => typeof length === 'number' && length >= 0)
    ? (shape as readonly number[])
    : undefined;
}

/** Undefined where it is not known. */
export function bytesOf(tensor: ShapedTensor | undefined): number | undefined {
  const shape = staticShape(tensor);
  return shape && tensor?.elementBytes !== undefined ? elementCount(shape) * tensor.elementBytes : undefined;
}
