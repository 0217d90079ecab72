/** How many machines of each point are left where there are not any number of them: points on the same hardware share its count. */
import { TOLERANCE } from '../../domain/plan.ts';
import type { OperatingPoint } from '../../latency/operating-points.ts';

export interface CountedMachines {
  /** Whether any hardware is counted. */
  readonly isAny: boolean;
  /** How many workers of a point still fit; infinite where its hardware is not counted. */
  left(point: number): number;
  /** Takes so many workers of a point; a number below 0 gives them back. */
  occupy(point: number, workers: number): void;
}

/** @param capacity machines by hardware, of which a worker takes its point's share */
export function countedMachines(
  points: readonly OperatingPoint[],
  capacity: ReadonlyMap<string, number>,
): CountedMachines {
  const pools = [...capacity.keys()];
  const pool = Int32Array.from(points, ({ hardware }) => pools.indexOf(hardware));
  const share = Float64Array.from(points, ({ machineShare }) => machineShare);
  const left = Float64Array.from(capacity.values());
  return {
    isAny: pools.length > 0,
    left(point) {
      const counted = pool[point]!;
      if (counted < 0) return Number.POSITIVE_INFINITY;
      return Math.floor((left[counted]! / share[point]!) * (1 + TOLERANCE));
    },
    occupy(point, workers) {
      const counted = pool[point]!;
      if (counted >= 0) left[counted]! -= workers * share[point]!;
    },
  };
}
