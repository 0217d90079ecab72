/** The tensor that a node makes of nothing but stored data: Constant, and ConstantOfShape of a stored shape. */
import { ELEMENT_TYPE } from './element-types.ts';
import { readIntegers } from './read-integers.ts';
import type { Message } from './schema.ts';

type Tensor = Message<'TensorProto'>;

/**
 * @param stored initializers by name
 * @returns element type and shape, and of a Constant its data; undefined for every other node
 */
export function nodeConstant(
  { opType, input, attribute }: Message<'NodeProto'>,
  stored: ReadonlyMap<string, Tensor>,
): Tensor | undefined {
  const value = attribute?.find(({ name }) => name === 'value')?.t;
  if (opType === 'Constant') return value ?? undefined;
  const shape = stored.get(input?.[0] ?? '');
  if (opType !== 'ConstantOfShape' || shape === undefined) return undefined;
  return { dataType: value?.dataType ?? ELEMENT_TYPE.FP32, dims: readIntegers(shape) };
}
