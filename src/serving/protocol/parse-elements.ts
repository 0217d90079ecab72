/**
 * Reads a tensor's elements from JSON, nested as its shape or flat, into little-endian bytes. Nothing is rounded,
 * padded or guessed: what the datatype cannot hold is refused.
 */
import { type Datatype, ELEMENT_BYTES, elementCount } from '../../domain/tensor.ts';
import { joinByteStrings } from './byte-strings.ts';
import { ELEMENTS, type NumericDatatype, viewOf } from './element.ts';
import { malformed, preview } from './protocol-error.ts';

/**
 * @param where names the tensor in error messages
 * @throws ProtocolError 400
 */
export function parseElements(
  data: unknown,
  datatype: Datatype,
  dims: readonly number[],
  where: string,
): Uint8Array {
  const values = flatten(data, dims, `${where}.data`);
  const refuse = (index: number, expected: string) =>
    malformed(`${where}.data, element ${index}`, expected, preview(values[index]));
  switch (datatype) {
    case 'FP16':
      throw malformed(where, 'binary data (JSON has no FP16)', 'JSON data');
    case 'BYTES':
      return joinByteStrings(
        values.map((value, index) => {
          if (typeof value !== 'string') throw refuse(index, 'a string');
          return Buffer.from(value);
        }),
      );
    case 'BOOL':
      return Uint8Array.from(values, (value, index) => {
        if (typeof value !== 'boolean') throw refuse(index, 'true or false');
        return Number(value);
      });
    default:
      return parseNumbers(values, datatype, refuse);
  }
}

function parseNumbers(
  values: readonly unknown[],
  datatype: NumericDatatype,
  refuse: (index: number, expected: string) => Error,
): Uint8Array {
  const { expected, holds, write } = ELEMENTS[datatype];
  const bytes = ELEMENT_BYTES[datatype];
  const data = new Uint8Array(values.length * bytes);
  const view = viewOf(data);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'number' || !holds(value)) throw refuse(index, expected);
    write(view, index * bytes, value);
  }
  return data;
}

/** The elements in row-major order; as many as the shape says, or an error. Never allocates by the shape alone. */
function flatten(data: unknown, dims: readonly number[], where: string): readonly unknown[] {
  if (!Array.isArray(data)) throw malformed(where, 'a list', preview(data));
  if (!Array.isArray(data[0])) {
    if (data.length === elementCount(dims)) return data;
    throw malformed(where, `${elementCount(dims)} elements (shape [${dims}])`, String(data.length));
  }
  const values: unknown[] = [];
  const visit = (value: unknown, axis: number): void => {
    if (axis === dims.length) {
      values.push(value);
      return;
    }
    if (!Array.isArray(value) || value.length !== dims[axis]) {
      throw malformed(where, `lists of ${dims[axis]} along axis ${axis} (shape [${dims}])`, preview(value));
    }
    for (const inner of value) visit(inner, axis + 1);
  };
  visit(data, 0);
  return values;
}
