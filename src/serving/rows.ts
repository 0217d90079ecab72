/** Tensors of several rows, taken apart and put together along axis 0. */
import type { Tensor } from '../domain/tensor.ts';

/** The bytes of every tensor's row, by name, uncopied; one entry per row. */
export const splitRows = (tensors: readonly Tensor[], rows: number): Map<string, Uint8Array>[] =>
  Array.from(
    { length: rows },
    (_, row) =>
      new Map(
        tensors.map(({ name, data }) => {
          const bytes = data.length / rows;
          return [name, data.subarray(row * bytes, (row + 1) * bytes)];
        }),
      ),
  );

/** Tensors of one row each as one tensor; a single one is not copied. */
export function joinRows(name: string, rows: readonly Tensor[]): Tensor {
  const [first] = rows;
  const { datatype, dims } = first!;
  const data = rows.length === 1 ? first!.data : Buffer.concat(rows.map((row) => row.data));
  return { name, datatype, dims: [rows.length, ...dims.slice(1)], data };
}
