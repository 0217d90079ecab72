/** What a Gaussian process of mean 0 makes of each of its points from all others. */
import { choleskySolve } from './cholesky.ts';

export interface LeftOut {
  /** How far each value lies above what the others predict. */
  readonly errors: number[];
  /** The same in standard deviations of that prediction, noise included. */
  readonly deviations: number[];
}

/**
 * With Q = K⁻¹ the error at i is (Q·y)ᵢ/Qᵢᵢ and its variance 1/Qᵢᵢ, by inverting K in blocks: no point need be left out in
 * earnest.
 * @param lower Cholesky's factor of K, the covariance of the values, noise on its diagonal
 * @param y the values
 */
export function leaveOneOut(lower: readonly (readonly number[])[], y: readonly number[]): LeftOut {
  const weights = choleskySolve(lower, y);
  const precisions = y.map((_, i) => {
    const unit = y.map((_value, j) => (i === j ? 1 : 0));
    return choleskySolve(lower, unit)[i]!;
  });
  return {
    errors: weights.map((weight, i) => weight / precisions[i]!),
    deviations: weights.map((weight, i) => weight / Math.sqrt(precisions[i]!)),
  };
}
