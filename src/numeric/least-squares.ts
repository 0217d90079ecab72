/**
 * Linear least squares by modified Gram-Schmidt: the matrix becomes Q·R column by column, the target loses its share of
 * each q on the way, and back substitution finds the coefficients. Steadier than the normal equations, whose condition is
 * squared; meant for a handful of columns. O(rows · columns²).
 */
import { dot } from './dot.ts';

/** A column counts as a combination of earlier ones when less than this share of its length is left. */
const RANK_TOLERANCE = 1e-9;

/**
 * The x that minimises |A·x − target|².
 * @param rows of A, all of one length
 * @param target one value a row
 * @returns one coefficient a column; undefined where several x are equally good (dependent columns, too few rows)
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  target: readonly number[],
): number[] | undefined {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, j) => rows.map((row) => row[j]!));
  const upper = columns.map(() => new Array<number>(width).fill(0));
  const shares = new Array<number>(width).fill(0);
  let residual = [...target];

  for (let j = 0; j < width; j++) {
    const column = columns[j]!;
    const length = norm(rows.map((row) => row[j]!));
    upper[j]![j] = norm(column);
    if (upper[j]![j]! <= RANK_TOLERANCE * length) return undefined;
    const q = column.map((value) => value / upper[j]![j]!);
    for (let k = j + 1; k < width; k++) {
      upper[j]![k] = dot(q, columns[k]!);
      columns[k] = minus(columns[k]!, q, upper[j]![k]!);
    }
    shares[j] = dot(q, residual);
    residual = minus(residual, q, shares[j]!);
  }
  return backSubstitute(upper, shares);
}

function backSubstitute(upper: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = new Array<number>(right.length).fill(0);
  for (let j = right.length - 1; j >= 0; j--) {
    solution[j] = (right[j]! - dot(upper[j]!.slice(j + 1), solution.slice(j + 1))) / upper[j]![j]!;
  }
  return solution;
}

const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));

const minus = (a: readonly number[], direction: readonly number[], amount: number): number[] =>
  a.map((value, i) => value - amount * direction[i]!);
