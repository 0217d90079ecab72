/**
 * Whether a batch gives each row what the row gets alone: the proof that a model whose batch axis was lifted still computes
 * the same. Kernels add in another order for another batch, so that floats may differ by rounding; everything else must not.
 */

/** A value as the runtime returns it. */
export interface RuntimeValue {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number | bigint | string>;
}

export type Agreement =
  /** `varies`: the rows differ from each other, so that mixing them up would have been seen. */
  | { readonly kind: 'same'; readonly varies: boolean }
  /** The batch stands in a longer axis, where this comparison does not find the rows. */
  | { readonly kind: 'unclear' }
  | { readonly kind: 'different'; readonly how: string };

/** Largest difference of two floats, relative to the largest value of the tensor. */
const TOLERANCE: Readonly<Record<string, number>> = { float16: 1e-2, float32: 1e-4, float64: 1e-4 };

/**
 * @param alone what each row got by itself, all of one shape
 * @param together what they got as one batch
 * @param rows whether they must lie along axis 0, or may lie along any, or be the same for all
 */
export function rowsAgree(
  alone: readonly RuntimeValue[],
  together: RuntimeValue,
  rows: 'first' | 'anywhere',
): Agreement {
  const shape = alone[0]!.dims;
  const odd = alone.find(({ dims }) => String(dims) !== String(shape));
  if (odd) return { kind: 'different', how: `its shape depends on the data: [${shape}] or [${odd.dims}]` };
  const axis = batchAxisOf(shape, together.dims, alone.length);
  if (axis === undefined || (rows === 'first' && axis !== 0)) {
    return {
      kind: 'different',
      how: `it has shape [${shape}] for one row and [${together.dims}] for ${alone.length}`,
    };
  }
  if (axis !== NO_AXIS && shape[axis] !== 1) return { kind: 'unclear' };

  const tolerance = toleranceOf(alone);
  for (const [row, value] of alone.entries()) {
    const got = axis === NO_AXIS ? together.data : rowAlong(together, axis, row);
    const difference = largestDifference(value.data, got);
    if (!(difference <= tolerance)) {
      return { kind: 'different', how: `row ${row} of ${alone.length} differs from the same row alone` };
    }
  }
  const varies = alone.some((value) => largestDifference(value.data, alone[0]!.data) > 10 * tolerance);
  return { kind: 'same', varies };
}

const NO_AXIS = -1;

/** The one axis that grew with the batch; undefined where anything else happened. */
function batchAxisOf(one: readonly number[], many: readonly number[], rows: number): number | undefined {
  if (one.length !== many.length) return undefined;
  const changed = many.flatMap((length, axis) => (length === one[axis] ? [] : [axis]));
  if (changed.length === 0) return NO_AXIS;
  const [axis] = changed;
  return changed.length === 1 && many[axis!] === rows * one[axis!]! ? axis : undefined;
}

/** The elements at one index of an axis, in order. */
function rowAlong({ dims, data }: RuntimeValue, axis: number, index: number): (number | bigint | string)[] {
  const inner = dims.slice(axis + 1).reduce((product, length) => product * length, 1);
  const outer = dims.slice(0, axis).reduce((product, length) => product * length, 1);
  const elements: (number | bigint | string)[] = [];
  for (let block = 0; block < outer; block++) {
    const start = (block * dims[axis]! + index) * inner;
    for (let offset = 0; offset < inner; offset++) elements.push(data[start + offset]!);
  }
  return elements;
}

function toleranceOf(values: readonly RuntimeValue[]): number {
  const relative = TOLERANCE[values[0]!.type];
  if (relative === undefined) return 0;
  let largest = 0;
  for (const { data } of values) {
    for (let i = 0; i < data.length; i++) {
      const size = Math.abs(data[i] as number);
      if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
    }
  }
  return relative * largest;
}

/** 0 where all are equal, Infinity where some cannot be subtracted. */
function largestDifference(
  a: ArrayLike<number | bigint | string>,
  b: ArrayLike<number | bigint | string>,
): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    if (Object.is(x, y) || x === y) continue;
    const difference =
      typeof x === 'number' && typeof y === 'number' ? Math.abs(x - y) : Number.POSITIVE_INFINITY;
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
