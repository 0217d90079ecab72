/** Tensors of several rows, taken apart and put together along axis 0. */
import type { Tensor } from '../domain/tensor.ts';

/** Tensors after one another along axis 0; a single one is not copied. */
export function joinRows(name: string, parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  if (parts.length === 1) return first!.name === name ? first! : { ...first!, name };
  const { datatype, dims } = first!;
  const rows = parts.reduce((sum, part) => sum + part.dims[0]!, 0);
  return {
    name,
    datatype,
    dims: [rows, ...dims.slice(1)],
    data: Buffer.concat(parts.map(({ data }) => data)),
  };
}

/** Row `index` of `rows` in all, uncopied; of one alone whatever there is. */
export function rowOf(tensor: Tensor, index: number, rows: number): Tensor {
  if (rows === 1) return tensor;
  const { dims, data } = tensor;
  const bytes = data.length / rows;
  return { ...tensor, dims: [1, ...dims.slice(1)], data: data.subarray(index * bytes, (index + 1) * bytes) };
}

/**
 * Into how many tasks what a module gave for one request falls, and the bytes of each.
 * @param rowBytes of one task
 */
export function partsOf({ data }: Tensor, rowBytes: number): Uint8Array[] {
  const count = rowBytes > 0 ? data.length / rowBytes : 0;
  return Array.from({ length: count }, (_, part) => data.subarray(part * rowBytes, (part + 1) * rowBytes));
}
