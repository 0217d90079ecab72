/**
 * How long a batch of every size takes on one kind of machine, from the sizes that were profiled: linear between them,
 * the smallest one's duration below, in proportion to the size above the largest, and never less for more requests.
 */
import type { ServiceTime } from '../domain/service-time.ts';

/** Indexed by batch size; index 0 is unused. */
export interface BatchDurations {
  readonly durationMs: Float64Array;
  /** Hardly any batch of this size takes longer. */
  readonly tailMs: Float64Array;
}

/**
 * @param serviceTimes of one hardware × cores, at least one, in any order
 * @param maxBatch the largest size asked for, ≥ 1
 */
export function batchDurations(serviceTimes: readonly ServiceTime[], maxBatch: number): BatchDurations {
  const sorted = [...serviceTimes].sort((a, b) => a.batchSize - b.batchSize);
  return {
    durationMs: everySize(sorted, maxBatch, ({ durationMs }) => durationMs),
    tailMs: everySize(sorted, maxBatch, ({ tailMs }) => tailMs),
  };
}

function everySize(
  sorted: readonly ServiceTime[],
  maxBatch: number,
  msOf: (time: ServiceTime) => number,
): Float64Array {
  const byBatch = new Float64Array(maxBatch + 1);
  let above = 0;
  for (let batchSize = 1; batchSize <= maxBatch; batchSize++) {
    while (above < sorted.length && sorted[above]!.batchSize < batchSize) above++;
    const ms = between(sorted[above - 1], sorted[above], batchSize, msOf);
    byBatch[batchSize] = Math.max(byBatch[batchSize - 1]!, ms);
  }
  return byBatch;
}

function between(
  below: ServiceTime | undefined,
  above: ServiceTime | undefined,
  batchSize: number,
  msOf: (time: ServiceTime) => number,
): number {
  if (below === undefined) return msOf(above!);
  if (above === undefined) return (msOf(below) * batchSize) / below.batchSize;
  const share = (batchSize - below.batchSize) / (above.batchSize - below.batchSize);
  return msOf(below) + share * (msOf(above) - msOf(below));
}
