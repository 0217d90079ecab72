/** Runs a created model in the real onnxruntime: alone and in a batch. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { createdModel } from './created-model.ts';

const BATCH_SIZE = 4;

type Feeds = Record<string, Tensor>;

/** Values that differ from row to row: floats in [-1, 1), token numbers, and masks with ones in front. */
function batchFor({ name, type, shape }: InferenceSession.TensorValueMetadata): Tensor {
  const dims = shape.map((length) => (typeof length === 'number' ? length : BATCH_SIZE));
  const count = dims.reduce((product, length) => product * length, 1);
  const mixed = (index: number): number => (Math.imul(index + 1, 0x9e3779b1) >>> 8) & 0xffff;
  if (type === 'float32') {
    return new Tensor(
      'float32',
      Float32Array.from({ length: count }, (_, i) => mixed(i) / 0x8000 - 1),
      dims,
    );
  }
  const row = count / BATCH_SIZE;
  const values: Record<string, (index: number) => number> = {
    input_ids: (index) => mixed(index) % 30_000,
    attention_mask: (index) => (index % row < 20 * (1 + Math.floor(index / row)) ? 1 : 0),
  };
  const integers = Array.from({ length: count }, (_, index) => BigInt((values[name] ?? (() => 0))(index)));
  return new Tensor('int64', BigInt64Array.from(integers), dims);
}

const rowOf = (feeds: Feeds, row: number): Feeds =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, dims }]) => {
      const size = data.length / BATCH_SIZE;
      const part = (data as Float32Array).slice(row * size, (row + 1) * size);
      return [name, new Tensor(type as 'float32', part, [1, ...dims.slice(1)])];
    }),
  );

/** Asserts that the model runs, that its outputs are finite and differ between inputs, and that a row of a batch gets the answer it gets alone. */
export async function expectRowsIndependent(name: string): Promise<void> {
  const session = await InferenceSession.create(createdModel(name), {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
  });
  const metadata = session.inputMetadata as InferenceSession.TensorValueMetadata[];
  const feeds = Object.fromEntries(metadata.map((input) => [input.name, batchFor(input)]));
  const together = (await session.run(feeds)) as Feeds;
  const alone: Feeds[] = [];
  for (let row = 0; row < BATCH_SIZE; row++) alone.push((await session.run(rowOf(feeds, row))) as Feeds);
  await session.release();

  for (const output of session.outputNames) {
    const rows = alone.map((each) => each[output]!.data as Float32Array);
    expect(together[output]!.dims[0]).toBe(BATCH_SIZE);
    const scale = largest(together[output]!.data as Float32Array);
    expect(scale, `${output} is finite and of sane size`).toBeLessThan(1000);
    for (const [row, expected] of rows.entries()) {
      const got = rowOf(together, row)[output]!.data as Float32Array;
      expect(largestDifference(got, expected), `${output}, row ${row}`).toBeLessThanOrEqual(1e-4 * scale);
    }
    expect(largestDifference(rows[0]!, rows[1]!), `${output} depends on the input`).toBeGreaterThan(
      1e-3 * scale,
    );
  }
}

/** NaN where any value is. */
const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  largest(a.map((value, index) => value - b[index]!));
