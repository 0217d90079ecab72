/** ONNX's numbers for element types (TensorProto.DataType), and harp's names for those that it can handle. */
import { type Datatype, ELEMENT_BYTES } from '../../domain/tensor.ts';

export const ELEMENT_TYPE: Readonly<Record<Datatype, number>> = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
};

const DATATYPES = new Map(
  Object.entries(ELEMENT_TYPE).map(([datatype, number]) => [number, datatype as Datatype]),
);

/** undefined for complex numbers, bfloat16, and what is smaller than a byte. */
export const datatypeOf = (elementType: number): Datatype | undefined => DATATYPES.get(elementType);

/** Types that only weights and values between nodes may have: bfloat16, the float8s, 4-bit integers and floats. */
const OTHER_BYTES: Readonly<Record<number, number>> = {
  16: 2,
  17: 1,
  18: 1,
  19: 1,
  20: 1,
  21: 0.5,
  22: 0.5,
  23: 0.5,
  24: 1,
};

/** Bytes of one element, two of which may share a byte; undefined for strings and complex numbers. */
export function elementBytes(elementType: number): number | undefined {
  const datatype = datatypeOf(elementType);
  return datatype === undefined ? OTHER_BYTES[elementType] : ELEMENT_BYTES[datatype];
}
