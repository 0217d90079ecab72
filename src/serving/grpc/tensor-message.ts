/** Tensors as they travel over gRPC: as raw bytes, or as typed lists of numbers. */
import { type Datatype, ELEMENT_BYTES, elementCount, type Tensor } from '../../domain/tensor.ts';
import { joinByteStrings } from '../protocol/byte-strings.ts';
import { asDatatype, asDims, checkBinary } from '../protocol/decode-tensors.ts';
import { ELEMENTS, type NumericDatatype, viewOf } from '../protocol/element.ts';
import { malformed } from '../protocol/protocol-error.ts';

/** A 64-bit integer as it is decoded. */
interface Long {
  readonly low: number;
  readonly high: number;
  toNumber(): number;
}
export type Int64 = number | Long;

export interface TensorMessage {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly Int64[];
  readonly contents?: ContentsMessage | null;
}

type Contents =
  | 'bool_contents'
  | 'int_contents'
  | 'int64_contents'
  | 'uint_contents'
  | 'uint64_contents'
  | 'fp32_contents'
  | 'fp64_contents'
  | 'bytes_contents';
type ContentsMessage = Readonly<Record<Contents, readonly (number | boolean | Long | Uint8Array)[]>>;

/** Where the elements of each datatype stand; FP16 has no list. */
const CONTENTS: Readonly<Record<Exclude<Datatype, 'FP16'>, Contents>> = {
  BOOL: 'bool_contents',
  INT8: 'int_contents',
  INT16: 'int_contents',
  INT32: 'int_contents',
  INT64: 'int64_contents',
  UINT8: 'uint_contents',
  UINT16: 'uint_contents',
  UINT32: 'uint_contents',
  UINT64: 'uint64_contents',
  FP32: 'fp32_contents',
  FP64: 'fp64_contents',
  BYTES: 'bytes_contents',
};

/**
 * @param raw of `raw_input_contents`, where there are any
 * @throws ProtocolError 400 naming the place, what was expected and what stands there
 */
export function tensorOf(
  { name, datatype: type, shape, contents }: TensorMessage,
  raw: Buffer | undefined,
): Tensor {
  const where = `input "${name}"`;
  const datatype = asDatatype(type, where);
  const dims = asDims(shape.map(Number), where);
  const lists = contents ? Object.values(CONTENTS).filter((list) => contents[list].length > 0) : [];
  if (raw !== undefined) {
    if (lists.length > 0) throw malformed(where, 'raw_input_contents or contents', 'both');
    checkBinary(raw, datatype, dims, where);
    return { name, datatype, dims, data: raw };
  }
  if (datatype === 'FP16') throw malformed(where, 'raw_input_contents (FP16 has no other form)', 'contents');
  const list = CONTENTS[datatype];
  const other = lists.find((each) => each !== list);
  if (other !== undefined) throw malformed(`${where}.contents`, list, other);
  const elements = contents?.[list] ?? [];
  if (elements.length !== elementCount(dims)) {
    throw malformed(
      `${where}.contents.${list}`,
      `${elementCount(dims)} elements (shape [${dims}])`,
      String(elements.length),
    );
  }
  return { name, datatype, dims, data: bytesOf(elements, datatype, where) };
}

function bytesOf(
  elements: readonly (number | boolean | Long | Uint8Array)[],
  datatype: Exclude<Datatype, 'FP16'>,
  where: string,
): Uint8Array {
  if (datatype === 'BYTES') return joinByteStrings(elements as Uint8Array[]);
  if (datatype === 'BOOL') return Uint8Array.from(elements, (element) => (element ? 1 : 0));
  return datatype === 'INT64' || datatype === 'UINT64'
    ? longBytes(elements as Int64[])
    : numberBytes(elements as number[], datatype, where);
}

/** Exact over the whole range. */
function longBytes(elements: readonly Int64[]): Uint8Array {
  const data = new Uint8Array(8 * elements.length);
  const view = viewOf(data);
  elements.forEach((element, index) => {
    if (typeof element === 'number') view.setBigInt64(8 * index, BigInt(element), true);
    else {
      view.setInt32(8 * index, element.low, true);
      view.setInt32(8 * index + 4, element.high, true);
    }
  });
  return data;
}

/** Floats may be infinite or no number here, other than in JSON. */
function numberBytes(elements: readonly number[], datatype: NumericDatatype, where: string): Uint8Array {
  const { write, holds, expected } = ELEMENTS[datatype];
  const isFloat = datatype === 'FP32' || datatype === 'FP64';
  const bytes = ELEMENT_BYTES[datatype];
  const data = new Uint8Array(bytes * elements.length);
  const view = viewOf(data);
  elements.forEach((element, index) => {
    if (!isFloat && !holds(element))
      throw malformed(`${where}.contents[${index}]`, expected, String(element));
    write(view, bytes * index, element);
  });
  return data;
}

/** A tensor whose elements go apart, as raw bytes. */
export const tensorHead = ({ name, datatype, dims }: Tensor): object => ({ name, datatype, shape: dims });
