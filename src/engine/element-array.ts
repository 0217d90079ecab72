/** The typed array in which onnxruntime takes the elements of each datatype. */
import type { Datatype } from '../domain/tensor.ts';

export const ELEMENT_ARRAY = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const satisfies Record<Exclude<Datatype, 'BYTES'>, unknown>;

/** A datatype whose elements all have the same size. */
export type FixedDatatype = keyof typeof ELEMENT_ARRAY;
