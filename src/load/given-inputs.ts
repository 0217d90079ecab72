/**
 * Inference requests from files that a user has: the protocol's own JSON (one request a file, or one a line), or the bytes of
 * one tensor, little-endian and row by row, whose shape the model's metadata tells.
 */
import { HarpError } from '../domain/errors.ts';
import { describeSpec, ELEMENT_BYTES, elementCount, type Tensor, type TensorSpec } from '../domain/tensor.ts';
import { joinByteStrings } from '../serving/protocol/byte-strings.ts';
import { decodeInferRequest } from '../serving/protocol/decode-request.ts';
import type { InferRequest } from '../serving/protocol/infer-message.ts';

/** @throws HarpError `bad-input` naming file, place, expected, got */
export function jsonRequest(json: Buffer, source: string): InferRequest {
  try {
    return decodeInferRequest(json, undefined);
  } catch (error) {
    throw new HarpError('bad-input', (error as Error).message, {
      where: source,
      hint: 'It should be the body of an inference request: {"inputs": [{"name", "datatype", "shape", "data"}]}.',
    });
  }
}

/**
 * One JSON document a line; empty lines are passed over.
 * @throws HarpError `bad-input` naming file, line, expected, got
 */
export function jsonLineRequests(text: string, source: string): InferRequest[] {
  const requests = text
    .split('\n')
    .map((line, index) => ({ line, where: `${source}: line ${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where }) => jsonRequest(Buffer.from(line), where));
  if (requests.length > 0) return requests;
  throw new HarpError('bad-input', 'no requests', { where: source, expected: 'one a line' });
}

/**
 * A tensor of numbers has as many rows as fit; of strings (BYTES) the file is one, whatever is in it, as an image file is.
 * @param dims lengths of free axes other than the rows, by name
 * @throws HarpError `bad-input` naming file, expected, got
 */
export function rawTensor(
  spec: TensorSpec,
  bytes: Buffer,
  dims: Readonly<Record<string, number>>,
  source: string,
): Tensor {
  const { name, datatype } = spec;
  const lengths = spec.shape.map((length, axis) => lengthOf(length, axis, name, dims));
  const elementBytes = ELEMENT_BYTES[datatype];
  if (elementBytes === undefined) {
    return { name, datatype, dims: lengths.map((length) => length ?? 1), data: joinByteStrings([bytes]) };
  }
  const rowBytes = elementBytes * elementCount(lengths.map((length) => length ?? 1));
  const rows = lengths.includes(undefined) ? bytes.length / rowBytes : 1;
  if (Number.isInteger(rows) && rows > 0 && rows * rowBytes === bytes.length)
    return { name, datatype, dims: lengths.map((length) => length ?? rows), data: bytes };
  throw new HarpError('bad-input', `not the bytes of input "${name}"`, {
    where: source,
    expected: `${lengths.includes(undefined) ? 'a multiple of ' : ''}${rowBytes} bytes (${describeSpec(spec)})`,
    got: `${bytes.length}`,
  });
}

/** Undefined for the rows, which the size of the file tells. */
function lengthOf(
  length: number | string,
  axis: number,
  input: string,
  dims: Readonly<Record<string, number>>,
): number | undefined {
  if (typeof length === 'number') return length;
  const said = dims[length];
  if (said !== undefined || axis === 0) return said;
  throw new HarpError('bad-input', `axis ${axis} of input "${input}" has no length of its own`, {
    expected: 'a length for every free axis but the rows',
    hint: `Give it one: --dim ${length}=128`,
  });
}
