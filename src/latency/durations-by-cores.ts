/**
 * How long batches take on every whole number of cores, from those that were profiled. Between two of them every batch size by
 * itself follows a/c + b through both, the form of Sponge's latency model for one batch size; beyond them nothing is foretold.
 */
import type { ServiceTime } from '../domain/service-time.ts';
import { batchDurations } from './batch-durations.ts';

export interface CoreDurations {
  /** The fewest that were profiled. */
  readonly leastCores: number;
  /** ms by cores, then by batch size, non-decreasing in it; index 0 is unused, and so are cores below the least. */
  readonly durationsMs: readonly Float64Array[];
}

/**
 * @param serviceTimes of one hardware, at least one of a whole number of cores
 * @param mostBatch the largest size asked for, ≥ 1
 */
export function durationsByCores(serviceTimes: readonly ServiceTime[], mostBatch: number): CoreDurations {
  const whole = serviceTimes.filter(({ cores }) => Number.isInteger(cores));
  const profiled = [...new Set(whole.map(({ cores }) => cores))].sort((a, b) => a - b);
  const measured = new Map(
    profiled.map((cores) => [
      cores,
      batchDurations(
        whole.filter((time) => time.cores === cores),
        mostBatch,
      ).durationMs,
    ]),
  );
  const most = profiled.at(-1)!;
  const durationsMs = Array.from({ length: most + 1 }, (_, cores) => {
    const above = profiled.find((count) => count >= cores)!;
    const below = profiled.findLast((count) => count <= cores);
    if (below === undefined) return new Float64Array(mostBatch + 1);
    return between(cores, [below, measured.get(below)!], [above, measured.get(above)!]);
  });
  return { leastCores: profiled[0]!, durationsMs };
}

type Measured = readonly [cores: number, durationMs: Float64Array];

const between = (cores: number, [below, slower]: Measured, [above, faster]: Measured): Float64Array =>
  above === below
    ? slower
    : slower.map((slowerMs, size) => {
        const share = (1 / below - 1 / cores) / (1 / below - 1 / above);
        return slowerMs + share * (faster[size]! - slowerMs);
      });
