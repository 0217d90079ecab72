/** The values of a small constant of 64-bit integers: a shape, axes, indices. */
import type { Message } from './schema.ts';

export function readIntegers({ int64Data, rawData }: Message<'TensorProto'>): number[] {
  if (int64Data?.length) return int64Data.map(Number);
  const bytes = rawData ?? new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / 8 }, (_, index) =>
    Number(view.getBigInt64(8 * index, true)),
  );
}
