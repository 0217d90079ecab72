/** harp's tensors as onnxruntime's, without copying: the elements must be aligned in their buffer. */
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../domain/tensor.ts';
import { ELEMENT_ARRAY, type FixedDatatype } from './element-array.ts';
import { ORT_TYPE_OF } from './session.ts';

/** @param OrtTensorClass of the runtime, which only worker processes load */
export function toOrtTensor(
  OrtTensorClass: typeof OrtTensor,
  { datatype, dims, data }: Omit<Tensor, 'name'>,
): OrtTensor {
  const Elements = ELEMENT_ARRAY[datatype as FixedDatatype];
  const view = new Elements(
    data.buffer as ArrayBuffer,
    data.byteOffset,
    data.byteLength / Elements.BYTES_PER_ELEMENT,
  );
  // One of the constructor's overloads fits each datatype; which one is only known here.
  return new OrtTensorClass(ORT_TYPE_OF[datatype] as 'float32', view as Float32Array, dims);
}
