/** Means over machines, or over modules, of a simulated run. */

interface Worked {
  readonly busyFraction: number;
  readonly batches: number;
  readonly meanBatch: number;
}

/** @param some at least one */
export const meanBusy = (some: readonly Worked[]): number =>
  some.reduce((sum, { busyFraction }) => sum + busyFraction, 0) / some.length;

/** Tasks per batch; 0 without batches. */
export function meanBatch(some: readonly Worked[]): number {
  const batches = some.reduce((sum, each) => sum + each.batches, 0);
  const tasks = some.reduce((sum, each) => sum + each.batches * each.meanBatch, 0);
  return batches > 0 ? tasks / batches : 0;
}
