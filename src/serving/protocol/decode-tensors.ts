/** Reads the tensors of a message, their elements in its JSON or in the bytes behind it, and checks them against their shapes. */
import {
  DATATYPES,
  type Datatype,
  describeSpec,
  ELEMENT_BYTES,
  elementCount,
  type Tensor,
  type TensorSpec,
} from '../../domain/tensor.ts';
import { splitByteStrings } from './byte-strings.ts';
import { parseElements } from './parse-elements.ts';
import { malformed, preview } from './protocol-error.ts';
import { asObject, type JsonObject } from './split-body.ts';

/** What onnxruntime and numpy take at most. */
const MAX_RANK = 32;
const MAX_DIM = 2 ** 31 - 1;

/**
 * @param kind what the message calls them
 * @param binary the bytes behind the JSON; tensors take them in order and leave none
 * @param specs of those that are expected: what is wrong about the elements of another datatype would lead its reader astray
 * @returns tensors whose data, where it came as binary, is a part of `binary`
 * @throws ProtocolError 400
 */
export function decodeTensors(
  kind: 'inputs' | 'outputs',
  list: unknown,
  binary: Uint8Array,
  specs: readonly TensorSpec[] = [],
): Tensor[] {
  if (!Array.isArray(list)) throw malformed(kind, 'a list of tensors', preview(list));
  const names = new Set<string>();
  let taken = 0;
  const tensors = list.map((entry: unknown, index): Tensor => {
    const fields = asObject(entry, `${kind}[${index}]`);
    const name = stringField(fields, 'name', `${kind}[${index}]`);
    const where = `${kind === 'inputs' ? 'input' : 'output'} "${name}"`;
    if (names.has(name)) throw malformed(kind, 'every name once', `"${name}" twice`);
    names.add(name);
    const datatype = datatypeOf(fields, where);
    const dims = dimsOf(fields, where);
    const spec = specs.find((each) => each.name === name);
    if (spec && spec.datatype !== datatype)
      throw malformed(where, describeSpec(spec), describeSpec({ datatype, shape: dims }));
    const size = binarySize(fields, where, binary.length - taken);
    if (size === undefined) {
      return { name, datatype, dims, data: parseElements(fields.data, datatype, dims, where) };
    }
    const data = binary.subarray(taken, taken + size);
    taken += size;
    checkBinary(data, datatype, dims, where);
    return { name, datatype, dims, data };
  });
  if (taken < binary.length) {
    throw malformed('body', `${taken} bytes of tensors after the JSON`, String(binary.length));
  }
  return tensors;
}

/** @throws ProtocolError 400 */
export function stringField(fields: JsonObject, field: string, where: string): string {
  const value = fields[field];
  if (typeof value !== 'string') throw malformed(`${where}.${field}`, 'a string', preview(value));
  return value;
}

const datatypeOf = (fields: JsonObject, where: string): Datatype =>
  asDatatype(stringField(fields, 'datatype', where), where);

/** @throws ProtocolError 400 */
export function asDatatype(datatype: string, where: string): Datatype {
  if (!DATATYPES.includes(datatype as Datatype))
    throw malformed(`${where}.datatype`, DATATYPES.join(', '), preview(datatype));
  return datatype as Datatype;
}

const dimsOf = ({ shape }: JsonObject, where: string): readonly number[] => asDims(shape, where);

/** @throws ProtocolError 400 */
export function asDims(shape: unknown, where: string): readonly number[] {
  const isDim = (dim: unknown) => Number.isInteger(dim) && (dim as number) >= 0 && (dim as number) <= MAX_DIM;
  if (!Array.isArray(shape) || shape.length > MAX_RANK)
    throw malformed(`${where}.shape`, `a list of at most ${MAX_RANK} lengths`, preview(shape));
  const wrong = shape.findIndex((dim) => !isDim(dim));
  if (wrong >= 0)
    throw malformed(`${where}.shape[${wrong}]`, `a whole number from 0 to ${MAX_DIM}`, preview(shape[wrong]));
  return shape;
}

/** Bytes that the tensor takes behind the JSON, or undefined where its elements stand in the JSON. */
function binarySize(fields: JsonObject, where: string, available: number): number | undefined {
  const { binary_data_size: size } = asObject(fields.parameters ?? {}, `${where}.parameters`);
  if ((size === undefined) === ((fields.data ?? undefined) === undefined)) {
    throw malformed(
      where,
      'either "data" or parameters.binary_data_size',
      size === undefined ? 'neither' : 'both',
    );
  }
  if (size === undefined) return undefined;
  if (!Number.isInteger(size) || (size as number) < 0 || (size as number) > available) {
    throw malformed(
      `${where}.parameters.binary_data_size`,
      `a whole number up to ${available} (bytes that follow the JSON)`,
      preview(size),
    );
  }
  return size as number;
}

/** @throws ProtocolError 400 where the bytes are not elements of this datatype, as many as the shape says */
export function checkBinary(
  data: Uint8Array,
  datatype: Datatype,
  dims: readonly number[],
  where: string,
): void {
  const count = elementCount(dims);
  const elementBytes = ELEMENT_BYTES[datatype];
  if (elementBytes === undefined) {
    const found = splitByteStrings(data, where).length;
    if (found !== count) throw malformed(where, `${count} elements (shape [${dims}])`, String(found));
  } else if (data.length !== count * elementBytes) {
    throw malformed(
      where,
      `${count * elementBytes} bytes (${datatype} of shape [${dims}])`,
      String(data.length),
    );
  }
  if (datatype === 'BOOL' && data.some((value) => value > 1)) {
    throw malformed(where, 'bytes 0 and 1 only', String(data.find((value) => value > 1)));
  }
}
