/** The values of a small constant of 64-bit integers: a shape, axes, indices. */
import type { Message } from './schema.ts';

export function readIntegers({ int64Data, rawData }: Message<'TensorProto'>): number[] {
  if (int64Data?.length) return int64Data.map(Number);
  // Absent bytes are decoded as an empty list.
  if (!rawData?.length) return [];
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: Math.floor(rawData.byteLength / 8) }, (_, index) =>
    Number(view.getBigInt64(8 * index, true)),
  );
}
