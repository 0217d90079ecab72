/**
 * Inputs to measure or load a model with: seeded, random within each datatype, and harmless to any model. Integers are
 * 0 or 1, which every vocabulary, mask and segment allows; images of bytes use their whole range.
 */
import { HarpError } from '../domain/errors.ts';
import { type Datatype, elementCount, type Tensor, type TensorSpec } from '../domain/tensor.ts';
import { type Random, seededRandom } from '../numeric/prng.ts';
import { ELEMENT_ARRAY } from './element-array.ts';

export interface RandomInputOptions {
  /** Length of a named axis 0. */
  readonly batchSize: number;
  /** Lengths of the other named dimensions. */
  readonly dims?: Readonly<Record<string, number>>;
  readonly seed: number;
}

/** @throws HarpError `bad-input` for a dimension without a length, or an input of strings */
export function randomInputs(specs: readonly TensorSpec[], options: RandomInputOptions): Tensor[] {
  const random = seededRandom(options.seed);
  return specs.map(({ name, datatype, shape }) => {
    const dims = shape.map((dim, axis) => dimensionLength(name, dim, axis, options));
    return { name, datatype, dims, data: randomElements(name, datatype, elementCount(dims), random) };
  });
}

function dimensionLength(
  input: string,
  dim: number | string,
  axis: number,
  { batchSize, dims = {} }: RandomInputOptions,
): number {
  if (typeof dim === 'number') return dim;
  const length = dims[dim] ?? (axis === 0 ? batchSize : undefined);
  if (length !== undefined) return length;
  throw new HarpError(
    'bad-input',
    `axis ${axis} of input "${input}" is the dimension "${dim}" of unknown length`,
    {
      expected: 'a length for every named dimension but the batch',
      hint: `Give it one: --dim ${dim}=128`,
    },
  );
}

function randomElements(input: string, datatype: Datatype, count: number, random: Random): Uint8Array {
  if (datatype === 'BYTES') {
    throw new HarpError('bad-input', `input "${input}" takes strings, which harp cannot make up`);
  }
  const elements = new ELEMENT_ARRAY[datatype](count);
  const draw = DRAWS[datatype] ?? oneBit;
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    for (let i = 0; i < count; i++) elements[i] = BigInt(draw(random));
  } else {
    for (let i = 0; i < count; i++) elements[i] = draw(random);
  }
  return new Uint8Array(elements.buffer);
}

const oneBit = (random: Random): number => (random.uniform() < 0.5 ? 0 : 1);

const DRAWS: Partial<Record<Datatype, (random: Random) => number>> = {
  FP32: (random) => random.normal(),
  FP64: (random) => random.normal(),
  // A half float by its bits: either sign, the exponent of [0.5, 1), any fraction.
  FP16: (random) => (random.uniform() < 0.5 ? 0x3800 : 0xb800) | Math.floor(random.uniform() * 0x400),
  UINT8: (random) => Math.floor(random.uniform() * 0x100),
  INT8: (random) => Math.floor(random.uniform() * 0x100) - 0x80,
};
