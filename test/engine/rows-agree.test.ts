import { expect, test } from 'vitest';
import { halfToNumber } from '../../src/engine/half-float.ts';
import { type RuntimeValue, rowsAgree } from '../../src/engine/rows-agree.ts';

const value = (dims: number[], data: RuntimeValue['data'], type = 'float32'): RuntimeValue => ({
  type,
  dims,
  data,
});
/** Two rows of two. */
const ALONE = [value([1, 2], [1, 2]), value([1, 2], [3, 4])];

test.each<[string, RuntimeValue[], RuntimeValue, unknown]>([
  ['rows one after the other', ALONE, value([2, 2], [1, 2, 3, 4]), { kind: 'same', varies: true }],
  ['rounding', ALONE, value([2, 2], [1, 2, 3, 4.0001]), { kind: 'same' }],
  [
    'more than rounding',
    ALONE,
    value([2, 2], [1, 2, 3, 4.001]),
    { kind: 'different', how: expect.stringContaining('row 1') },
  ],
  ['rows mixed up', ALONE, value([2, 2], [3, 4, 1, 2]), { kind: 'different' }],
  ['not a number where there was one', ALONE, value([2, 2], [1, 2, 3, Number.NaN]), { kind: 'different' }],
  [
    'not a number in both',
    [value([1, 1], [Number.NaN]), value([1, 1], [1])],
    value([2, 1], [Number.NaN, 1]),
    { kind: 'same' },
  ],
  [
    'integers by one',
    [value([1], [1n], 'int64'), value([1], [2n], 'int64')],
    value([2], [1n, 3n], 'int64'),
    { kind: 'different' },
  ],
  [
    'strings',
    [value([1], ['a'], 'string'), value([1], ['b'], 'string')],
    value([2], ['a', 'b'], 'string'),
    { kind: 'same' },
  ],
  ['another rank', ALONE, value([4], [1, 2, 3, 4]), { kind: 'different' }],
  ['no batch in it', ALONE, value([1, 2], [1, 2]), { kind: 'different' }],
  [
    'rows all alike: nothing is seen',
    [ALONE[0]!, ALONE[0]!],
    value([2, 2], [1, 2, 1, 2]),
    { kind: 'same', varies: false },
  ],
  [
    'a shape that depends on the data',
    [ALONE[0]!, value([2, 2], [1, 2, 3, 4])],
    value([3, 2], []),
    { kind: 'different' },
  ],
])('%s', (_sentence, alone, together, expected) => {
  expect(rowsAgree(alone, together, 'first')).toMatchObject(expected as object);
});

test('between operators rows may lie along any axis, be the same for all, or hide in a longer one', () => {
  const columns = [value([2, 1], [1, 2]), value([2, 1], [3, 4])];
  expect(rowsAgree(columns, value([2, 2], [1, 3, 2, 4]), 'anywhere')).toEqual({ kind: 'same', varies: true });
  expect(rowsAgree(columns, value([2, 2], [1, 3, 2, 4]), 'first').kind).toBe('different');
  expect(rowsAgree([ALONE[0]!, ALONE[0]!], ALONE[0]!, 'anywhere')).toEqual({ kind: 'same', varies: false });
  expect(rowsAgree([value([4], []), value([4], [])], value([8], []), 'anywhere')).toEqual({
    kind: 'unclear',
  });
});

test.each([
  [0x0000, 0],
  [0x8001, -(2 ** -24)],
  [0x3c00, 1],
  [0xc500, -5],
  [0x7bff, 65_504],
  [0x7c00, Number.POSITIVE_INFINITY],
  [0x7e00, Number.NaN],
])('half float %i is %d', (bits, number) => {
  expect(halfToNumber(bits)).toBe(number);
});
