/** Symmetric positive definite systems by Cholesky's factorisation, A = L·Lᵀ: meant for some hundred rows. O(n³). */

/**
 * @param matrix symmetric, positive definite
 * @returns L, of which entries above the diagonal are 0
 */
export function choleskyFactor(matrix: readonly (readonly number[])[]): number[][] {
  const lower = matrix.map((row) => new Array<number>(row.length).fill(0));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(rest) : rest / lower[j]![j]!;
    }
  }
  return lower;
}

/** The x of L·Lᵀ·x = right. */
export function choleskySolve(lower: readonly (readonly number[])[], right: readonly number[]): number[] {
  const x = [...right];
  for (let i = 0; i < x.length; i++) {
    let rest = x[i]!;
    for (let k = 0; k < i; k++) rest -= lower[i]![k]! * x[k]!;
    x[i] = rest / lower[i]![i]!;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    let rest = x[i]!;
    for (let k = i + 1; k < x.length; k++) rest -= lower[k]![i]! * x[k]!;
    x[i] = rest / lower[i]![i]!;
  }
  return x;
}
