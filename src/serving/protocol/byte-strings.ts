/** BYTES tensors: every element is its length (4 bytes, little-endian), then that many bytes. */
import { viewOf } from './element.ts';
import { malformed } from './protocol-error.ts';

const PREFIX_BYTES = 4;

export function joinByteStrings(elements: readonly Uint8Array[]): Uint8Array {
  const size = elements.reduce((sum, element) => sum + PREFIX_BYTES + element.length, 0);
  const data = new Uint8Array(size);
  const view = viewOf(data);
  let at = 0;
  for (const element of elements) {
    view.setUint32(at, element.length, true);
    data.set(element, at + PREFIX_BYTES);
    at += PREFIX_BYTES + element.length;
  }
  return data;
}

/**
 * The elements, as parts of `data`.
 * @throws ProtocolError where a length runs past the end
 */
export function splitByteStrings(data: Uint8Array, where: string): Uint8Array[] {
  const view = viewOf(data);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at < data.length) {
    const start = at + PREFIX_BYTES;
    if (start > data.length) throw malformed(where, 'a length of 4 bytes', `${data.length - at} bytes`);
    const end = start + view.getUint32(at, true);
    if (end > data.length) {
      throw malformed(
        where,
        `${end - start} bytes for element ${elements.length}`,
        `${data.length - start} bytes`,
      );
    }
    elements.push(data.subarray(start, end));
    at = end;
  }
  return elements;
}
