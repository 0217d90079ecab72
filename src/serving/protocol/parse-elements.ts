/**
 * Reads a tensor's elements from JSON, nested as its shape or flat, into little-endian bytes. Nothing is rounded,
 * padded or guessed: what the datatype cannot hold is refused.
 */
import { type Datatype, ELEMENT_BYTES, elementCount } from '../../domain/tensor.ts';
import { joinByteStrings } from './byte-strings.ts';
import { ELEMENTS, type NumericDatatype, viewOf } from './element.ts';
import { NumberList } from './number-list.ts';
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
  const values =
    data instanceof NumberList ? flat(data, dims, `${where}.data`) : flatten(data, dims, `${where}.data`);
  const refuse = (index: number, expected: string) =>
    malformed(`${where}.data, element ${index}`, expected, preview(values[index]));
  switch (datatype) {
    case 'FP16':
      throw malformed(where, 'binary data (JSON has no FP16)', 'JSON data');
    case 'BYTES':
      return joinByteStrings(
        Array.from(values, (value, index) => {
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
      return (
        (data instanceof NumberList && datatype === 'FP32' && singles(data.values)) ||
        parseNumbers(values, datatype, refuse)
      );
  }
}

/** Whole images at once; undefined where one of them is beyond FP32, or this machine has bytes in another order. */
function singles(values: Float64Array): Uint8Array | undefined {
  const rounded = new Float32Array(values);
  if (!IS_LITTLE_ENDIAN || !rounded.every(Number.isFinite)) return undefined;
  return new Uint8Array(rounded.buffer);
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function parseNumbers(
  values: ArrayLike<unknown>,
  datatype: NumericDatatype,
  refuse: (index: number, expected: string) => Error,
): Uint8Array {
  const { expected, holds, write } = ELEMENTS[datatype];
  const bytes = ELEMENT_BYTES[datatype];
  // Of Node's pool where it is small: memory of its own would cost more than the elements.
  const data = Buffer.allocUnsafe(values.length * bytes);
  const view = viewOf(data);
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (typeof value !== 'number' || !holds(value)) throw refuse(index, expected);
    write(view, index * bytes, value);
  }
  return data;
}

/** As `flatten`, for elements that were read as they came. */
function flat({ values, dims: nested }: NumberList, dims: readonly number[], where: string): Float64Array {
  const fits =
    nested.length === 1
      ? values.length === elementCount(dims)
      : nested.length === dims.length && nested.every((length, axis) => length === dims[axis]);
  if (fits) return values;
  const expected = nested.length === 1 ? elementCount(dims) : `[${dims}]`;
  throw malformed(
    where,
    nested.length === 1 ? `${expected} elements (shape [${dims}])` : `lists nested as the shape ${expected}`,
    nested.length === 1 ? String(values.length) : `[${nested}]`,
  );
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
