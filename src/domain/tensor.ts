/** Tensors as harp names them everywhere: the datatypes of the Open Inference Protocol and shapes with named dimensions. */
import { z } from 'zod';

/** Bytes of one element; BYTES has no fixed size. */
export const ELEMENT_BYTES = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: undefined,
} as const;

export type Datatype = keyof typeof ELEMENT_BYTES;

export const DATATYPES = Object.keys(ELEMENT_BYTES) as Datatype[];

export const tensorSpecSchema = z.looseObject({
  name: z.string(),
  datatype: z.enum(DATATYPES as [Datatype, ...Datatype[]]),
  /** One entry per axis: a length, or the name of a dimension that may vary (axis 0 is the batch). */
  shape: z.array(z.union([z.number().int().nonnegative(), z.string()])),
});

/** A model's input or output. */
export type TensorSpec = z.infer<typeof tensorSpecSchema>;

/** A tensor's elements in row-major order, little-endian; `data.length` = product of `dims` × element bytes. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly dims: readonly number[];
  readonly data: Uint8Array;
}

/** Elements in a tensor of these dimensions. */
export const elementCount = (dims: readonly number[]): number =>
  dims.reduce((product, dim) => product * dim, 1);

/** A tensor whose named dimensions other than the batch have the lengths given. */
export function fixDimensions(spec: TensorSpec, dims: Readonly<Record<string, number>>): TensorSpec {
  const shape = spec.shape.map((dim, axis) =>
    axis > 0 && typeof dim === 'string' ? (dims[dim] ?? dim) : dim,
  );
  return { ...spec, shape };
}

/** As "FP32 [batch, 3]". */
export const describeSpec = ({
  datatype,
  shape,
}: {
  readonly datatype: Datatype;
  readonly shape: readonly (string | number)[];
}): string => `${datatype} [${shape.join(', ')}]`;
