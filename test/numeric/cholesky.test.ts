import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choleskyFactor, choleskySolve } from '../../src/numeric/cholesky.ts';

test('a worked example', () => {
  const matrix = [
    [4, 2],
    [2, 5],
  ];
  expect(choleskyFactor(matrix)).toEqual([
    [2, 0],
    [1, 2],
  ]);
  expect(choleskySolve(choleskyFactor(matrix), [8, 12])).toEqual([1, 2]);
});

test('what it solves solves the system, of any size', () => {
  const system = fc.integer({ min: 1, max: 8 }).chain((size) => {
    const vector = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: size,
      maxLength: size,
    });
    return fc.tuple(fc.array(vector, { minLength: size, maxLength: size }), vector);
  });
  fc.assert(
    fc.property(system, ([rows, right]) => {
      // R·Rᵀ + I is positive definite, whatever R.
      const matrix = rows.map((a, i) =>
        rows.map((b, j) => a.reduce((sum, value, k) => sum + value * b[k]!, 0) + (i === j ? 1 : 0)),
      );
      const x = choleskySolve(choleskyFactor(matrix), right);
      matrix.forEach((row, i) => {
        expect(row.reduce((sum, value, k) => sum + value * x[k]!, 0)).toBeCloseTo(right[i]!, 8);
      });
    }),
  );
});
