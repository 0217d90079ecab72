/** Sample quantiles with linear interpolation between neighbours (type 7 of Hyndman and Fan, what NumPy and R use). */

/**
 * @param sorted ascending, at least one
 * @param probability 0..1; 0.5 is the median
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}
