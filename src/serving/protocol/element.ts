/** How one element of each datatype stands in bytes (little-endian) and which JSON values it may come from. */
import type { Datatype } from '../../domain/tensor.ts';

/** Datatypes whose elements JSON can carry as numbers. */
export type NumericDatatype = Exclude<Datatype, 'BOOL' | 'BYTES' | 'FP16'>;

export interface NumericElement {
  readonly expected: string;
  /** Whether the datatype holds this number: integers exactly, floats rounded to the nearest. */
  readonly holds: (value: number) => boolean;
  readonly write: (view: DataView, at: number, value: number) => void;
  /** 64-bit integers come as bigint, so that none is rounded. */
  readonly read: (view: DataView, at: number) => number | bigint;
}

const integer = (
  min: number,
  max: number,
  write: NumericElement['write'],
  read: NumericElement['read'],
): NumericElement => ({
  expected: `an integer from ${min} to ${max}`,
  holds: (value) => Number.isInteger(value) && value >= min && value <= max,
  write,
  read,
});

/** JSON numbers are read as doubles: beyond 2^53 − 1 an integer may have been rounded, so it is refused. */
const wideInteger = (min: number, write: NumericElement['write'], read: NumericElement['read']) => ({
  ...integer(min, Number.MAX_SAFE_INTEGER, write, read),
  expected: `an integer from ${min} to 2^53 - 1 (send larger ones as binary)`,
});

export const ELEMENTS: Readonly<Record<NumericDatatype, NumericElement>> = {
  UINT8: integer(
    0,
    0xff,
    (view, at, value) => view.setUint8(at, value),
    (view, at) => view.getUint8(at),
  ),
  UINT16: integer(
    0,
    0xffff,
    (view, at, value) => view.setUint16(at, value, true),
    (view, at) => view.getUint16(at, true),
  ),
  UINT32: integer(
    0,
    0xffff_ffff,
    (view, at, value) => view.setUint32(at, value, true),
    (view, at) => view.getUint32(at, true),
  ),
  UINT64: wideInteger(
    0,
    (view, at, value) => view.setBigUint64(at, BigInt(value), true),
    (view, at) => view.getBigUint64(at, true),
  ),
  INT8: integer(
    -0x80,
    0x7f,
    (view, at, value) => view.setInt8(at, value),
    (view, at) => view.getInt8(at),
  ),
  INT16: integer(
    -0x8000,
    0x7fff,
    (view, at, value) => view.setInt16(at, value, true),
    (view, at) => view.getInt16(at, true),
  ),
  INT32: integer(
    -0x8000_0000,
    0x7fff_ffff,
    (view, at, value) => view.setInt32(at, value, true),
    (view, at) => view.getInt32(at, true),
  ),
  INT64: wideInteger(
    Number.MIN_SAFE_INTEGER,
    (view, at, value) => view.setBigInt64(at, BigInt(value), true),
    (view, at) => view.getBigInt64(at, true),
  ),
  FP32: {
    expected: 'a number within the range of FP32',
    holds: (value) => Number.isFinite(Math.fround(value)),
    write: (view, at, value) => view.setFloat32(at, value, true),
    read: (view, at) => view.getFloat32(at, true),
  },
  FP64: {
    expected: 'a number within the range of FP64',
    holds: Number.isFinite,
    write: (view, at, value) => view.setFloat64(at, value, true),
    read: (view, at) => view.getFloat64(at, true),
  },
};

/** A view of a tensor's bytes wherever they lie. */
export const viewOf = (data: Uint8Array): DataView =>
  new DataView(data.buffer, data.byteOffset, data.byteLength);
