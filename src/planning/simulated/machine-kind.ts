/**
 * The kinds of machines that a module could run on. Unlike an operating point, a machine may run any batch size up to the best
 * one that fits into the budget; what it takes for sizes that were not profiled is interpolated, as the dispatcher does.
 */
import type { HardwareTable } from '../../domain/hardware.ts';
import type { ServiceTime } from '../../domain/service-time.ts';
import { batchDurations } from '../../latency/batch-durations.ts';
import { operatingPoints } from '../../latency/operating-points.ts';

export interface MachineKind {
  readonly hardware: string;
  readonly cores: number;
  /** The share (0..1] of a machine of its hardware that one of these occupies. */
  readonly machineShare: number;
  readonly pricePerHour: number;
  /** Of the batches that end within the budget, the one with the best throughput. */
  readonly batchSize: number;
  /** Of one that always runs its best batch. */
  readonly throughputRps: number;
  /** By batch size, of all that end within the budget; index 0 is unused. */
  readonly durationMs: Float64Array;
}

/**
 * Those that no other beats machine for machine, the cheapest per request first.
 * @param serviceTimes of the module, every profiled batch size
 * @param hardware has an entry for each of them
 */
export function machineKinds(
  serviceTimes: readonly ServiceTime[],
  hardware: HardwareTable,
  budgetMs: number,
): MachineKind[] {
  const durations = new Map<string, Float64Array>();
  const best = [...groupByMachine(serviceTimes)].flatMap(([machine, known]) => {
    const largest = Math.max(...known.map(({ batchSize }) => batchSize));
    const { durationMs, tailMs } = batchDurations(known, largest);
    const batchSize = bestBatch(tailMs, budgetMs);
    if (batchSize === 0) return [];
    const fitting = durationMs.findIndex((ms) => ms > budgetMs);
    durations.set(machine, fitting < 0 ? durationMs : durationMs.slice(0, fitting));
    const { hardware, cores } = known[0]!;
    return [{ hardware, cores, batchSize, durationMs: durationMs[batchSize]! }];
  });
  const kinds = operatingPoints(best, hardware).map(
    ({ hardware, cores, machineShare, pricePerHour, batchSize, throughputRps }): MachineKind => {
      const durationMs = durations.get(machineName({ hardware, cores }))!;
      return { hardware, cores, machineShare, pricePerHour, batchSize, throughputRps, durationMs };
    },
  );
  return kinds.filter((kind, at) =>
    kinds.every(
      (other, otherAt) =>
        otherAt === at || !beats(other, kind, hardware) || (otherAt > at && beats(kind, other, hardware)),
    ),
  );
}

const machineName = ({ hardware, cores }: { readonly hardware: string; readonly cores: number }): string =>
  `${hardware}/${cores}`;

function groupByMachine(serviceTimes: readonly ServiceTime[]): Map<string, ServiceTime[]> {
  const groups = new Map<string, ServiceTime[]>();
  for (const time of serviceTimes) {
    const name = machineName(time);
    const group = groups.get(name);
    if (group) group.push(time);
    else groups.set(name, [time]);
  }
  return groups;
}

/** The size that surely ends below the budget with the highest throughput; 0 where none does. */
function bestBatch(tailMs: Float64Array, budgetMs: number): number {
  let best = 0;
  for (let size = 1; size < tailMs.length && tailMs[size]! < budgetMs; size++) {
    if (best === 0 || size / tailMs[size]! >= best / tailMs[best]!) best = size;
  }
  return best;
}

/** The largest size, up to its best, that ends within so long; 0 where none does. */
export function bestSizeWithin({ durationMs, batchSize }: MachineKind, limitMs: number): number {
  let size = batchSize;
  while (size > 0 && durationMs[size]! > limitMs) size--;
  return size;
}

/** No dearer, no slower at any batch size, and, where machines are counted, of the same ones. */
function beats(a: MachineKind, b: MachineKind, hardware: HardwareTable): boolean {
  const isThere =
    a.hardware === b.hardware ? a.machineShare <= b.machineShare : hardware[a.hardware]!.count === undefined;
  return (
    isThere &&
    a.pricePerHour <= b.pricePerHour &&
    a.batchSize >= b.batchSize &&
    b.durationMs.every((ms, size) => a.durationMs[size] !== undefined && a.durationMs[size] <= ms)
  );
}

/**
 * The most requests that a machine of this kind can complete within each of the times, however it batches them.
 * @param timesMs rising
 */
export function mostWithin({ durationMs }: MachineKind, timesMs: readonly number[]): number[] {
  /** The least time for so many requests. */
  const leastMs = [0];
  return timesMs.map((timeMs) => {
    while (leastMs.at(-1)! <= timeMs) {
      const requests = leastMs.length;
      let least = Number.POSITIVE_INFINITY;
      for (let size = Math.min(durationMs.length - 1, requests); size >= 1; size--) {
        least = Math.min(least, durationMs[size]! + leastMs[requests - size]!);
      }
      leastMs.push(least);
    }
    let most = leastMs.length - 1;
    while (leastMs[most]! > timeMs) most--;
    return most;
  });
}
