/** Tensors of every datatype for property tests. Their bytes are made with typed arrays, not with the code under test. */
import { endianness } from 'node:os';
import fc from 'fast-check';
import { DATATYPES, type Datatype, type Tensor } from '../../../src/domain/tensor.ts';

if (endianness() !== 'LE') throw new Error('these tests make little-endian bytes with typed arrays');

const bytesOf = (array: ArrayBufferView): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const lengthPrefixed = (elements: readonly string[]): Uint8Array =>
  Buffer.concat(
    elements.flatMap((text) => [bytesOf(Uint32Array.of(Buffer.byteLength(text))), Buffer.from(text)]),
  );

const SAFE = Number.MAX_SAFE_INTEGER;
/** Once: it makes a map of all characters, a tenth of a second. */
const TEXT = fc.string({ unit: 'binary' });

/** For each datatype, bytes of `count` elements; values that JSON carries too. */
const DATA: Record<Datatype, (count: number) => fc.Arbitrary<Uint8Array>> = {
  BOOL: (count) => list(fc.integer({ min: 0, max: 1 }), count).map((values) => Uint8Array.from(values)),
  UINT8: (count) => list(fc.nat(0xff), count).map((values) => Uint8Array.from(values)),
  UINT16: (count) => list(fc.nat(0xffff), count).map((values) => bytesOf(Uint16Array.from(values))),
  UINT32: (count) => list(fc.nat(0xffffffff), count).map((values) => bytesOf(Uint32Array.from(values))),
  UINT64: (count) =>
    list(fc.nat(SAFE), count).map((values) => bytesOf(BigUint64Array.from(values.map(BigInt)))),
  INT8: (count) => list(fc.integer({ min: -128, max: 127 }), count).map((v) => bytesOf(Int8Array.from(v))),
  INT16: (count) =>
    list(fc.integer({ min: -32768, max: 32767 }), count).map((values) => bytesOf(Int16Array.from(values))),
  INT32: (count) => list(fc.integer(), count).map((values) => bytesOf(Int32Array.from(values))),
  INT64: (count) =>
    list(fc.integer({ min: -SAFE, max: SAFE }), count).map((v) => bytesOf(BigInt64Array.from(v.map(BigInt)))),
  FP16: (count) => list(fc.nat(0xffff), count).map((values) => bytesOf(Uint16Array.from(values))),
  FP32: (count) => list(finite(fc.float), count).map((values) => bytesOf(Float32Array.from(values))),
  FP64: (count) => list(finite(fc.double), count).map((values) => bytesOf(Float64Array.from(values))),
  BYTES: (count) => list(TEXT, count).map(lengthPrefixed),
};

const list = <Value>(value: fc.Arbitrary<Value>, count: number): fc.Arbitrary<Value[]> =>
  fc.array(value, { minLength: count, maxLength: count });

/** Negative zero is one of the numbers whose sign JSON does not carry. */
const finite = (float: typeof fc.float | typeof fc.double): fc.Arbitrary<number> =>
  float({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));

export const arbitraryTensor = (name: string): fc.Arbitrary<Tensor> =>
  fc
    .tuple(fc.constantFrom(...DATATYPES), fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }))
    .chain(([datatype, dims]) =>
      DATA[datatype](dims.reduce((product, dim) => product * dim, 1)).map((data) => ({
        name,
        datatype,
        dims,
        data,
      })),
    );

export const arbitraryTensors: fc.Arbitrary<Tensor[]> = fc
  .uniqueArray(fc.string(), { maxLength: 3 })
  .chain((names) => fc.tuple(...names.map(arbitraryTensor)));
