/** ONNX's numbers for element types (TensorProto.DataType), and harp's names for those that it can handle. */
import type { Datatype } from '../../domain/tensor.ts';

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
