import { describe, expect, test } from 'vitest';
import { DATATYPES, ELEMENT_BYTES, type TensorSpec } from '../../src/domain/tensor.ts';
import { ELEMENT_ARRAY } from '../../src/engine/element-array.ts';
import { randomInputs } from '../../src/engine/random-inputs.ts';

const NUMERIC = DATATYPES.filter((datatype) => datatype !== 'BYTES');
const tokens: TensorSpec = { name: 'input_ids', datatype: 'INT64', shape: ['batch', 'sequence'] };

describe('random inputs', () => {
  test.each(NUMERIC)('%s fills its shape with elements that vary', (datatype) => {
    const [input] = randomInputs([{ name: 'x', datatype, shape: ['n', 3, 16] }], { batchSize: 4, seed: 1 });
    expect(input).toMatchObject({ name: 'x', datatype, dims: [4, 3, 16] });
    expect(input!.data.byteLength).toBe(4 * 3 * 16 * ELEMENT_BYTES[datatype]!);
    const elements = [...new ELEMENT_ARRAY[datatype](input!.data.buffer as ArrayBuffer)];
    expect(new Set(elements.map(String)).size).toBeGreaterThan(1);
  });

  test.each(['INT64', 'UINT64', 'INT32', 'BOOL'] as const)(
    '%s stays within every vocabulary and mask',
    (datatype) => {
      const [input] = randomInputs([{ name: 'x', datatype, shape: [100] }], { batchSize: 1, seed: 1 });
      const elements = [...new ELEMENT_ARRAY[datatype](input!.data.buffer as ArrayBuffer)].map(Number);
      expect(new Set(elements)).toEqual(new Set([0, 1]));
    },
  );

  test('half floats lie in [0.5, 1), either sign', () => {
    const [input] = randomInputs([{ name: 'x', datatype: 'FP16', shape: [200] }], { batchSize: 1, seed: 1 });
    const exponents = [...new Uint16Array(input!.data.buffer as ArrayBuffer)].map(
      (bits) => (bits >> 10) & 0x1f,
    );
    expect(new Set(exponents)).toEqual(new Set([14]));
  });

  test('the same seed gives the same bytes, another seed others', () => {
    const make = (seed: number) => randomInputs([tokens], { batchSize: 2, dims: { sequence: 64 }, seed });
    expect(make(1)).toEqual(make(1));
    expect(make(1)).not.toEqual(make(2));
  });

  test('named dimensions take the lengths given, a named axis 0 the batch size', () => {
    expect(randomInputs([tokens], { batchSize: 8, dims: { sequence: 5 }, seed: 1 })[0]!.dims).toEqual([8, 5]);
  });

  test('a dimension without a length is an error that names it', () => {
    expect(() => randomInputs([tokens], { batchSize: 1, seed: 1 })).toThrow(
      /"input_ids" is the dimension "sequence"/,
    );
  });

  test('strings are not made up', () => {
    expect(() =>
      randomInputs([{ name: 's', datatype: 'BYTES', shape: [1] }], { batchSize: 1, seed: 1 }),
    ).toThrow(/"s" takes strings/);
  });
});
