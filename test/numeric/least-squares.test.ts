import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastSquares } from '../../src/numeric/least-squares.ts';

describe('least squares', () => {
  test('finds the line that Anscombe fits to his first quartet: 3.0 + 0.5·x', () => {
    const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
    const [slope, intercept] = leastSquares(
      x.map((value) => [value, 1]),
      y,
    )!;
    expect(slope).toBeCloseTo(0.5001, 4);
    expect(intercept).toBeCloseTo(3.0001, 4);
  });

  test.each([
    { name: 'no rows', rows: [[]], target: [1], expected: [] },
    { name: 'fewer rows than columns', rows: [[1, 2]], target: [1], expected: undefined },
    {
      name: 'a column that repeats another',
      rows: [
        [1, 2],
        [2, 4],
        [3, 6],
      ],
      target: [1, 2, 3],
      expected: undefined,
    },
    {
      name: 'a column of zeros',
      rows: [
        [1, 0],
        [2, 0],
      ],
      target: [1, 2],
      expected: undefined,
    },
  ])('has an answer only where there is one: $name', ({ rows, target, expected }) => {
    expect(leastSquares(rows, target)).toEqual(expected);
  });

  const coefficient = fc.double({ min: -100, max: 100, noNaN: true });
  const row = fc.tuple(coefficient, coefficient, coefficient);

  test('the residual is orthogonal to every column, which defines the minimum', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(row, coefficient), { minLength: 4, maxLength: 20 }), (equations) => {
        const rows = equations.map(([values]) => values);
        const target = equations.map(([, value]) => value);
        const solution = leastSquares(rows, target);
        if (solution === undefined) return;
        const residual = rows.map(
          (values, i) => target[i]! - values.reduce((sum, v, j) => sum + v * solution[j]!, 0),
        );
        // Nearly dependent columns have huge solutions; rounding grows with them.
        const scale = Math.max(1, ...solution.map(Math.abs));
        for (const j of [0, 1, 2]) {
          const product = rows.reduce((sum, values, i) => sum + values[j]! * residual[i]!, 0);
          expect(Math.abs(product) / scale).toBeLessThan(1e-4);
        }
      }),
    );
  });
});
