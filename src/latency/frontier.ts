/**
 * The operating points worth planning with: those that no other beats machine for machine, by filling no larger a batch
 * and serving at least as much for no more money. Its duration is then no longer either.
 */
import type { HardwareTable } from '../domain/hardware.ts';
import type { OperatingPoint } from './operating-points.ts';

/** The points that none of the others dominates, in the order given; of equal ones the first. */
export const frontier = (points: readonly OperatingPoint[], hardware: HardwareTable): OperatingPoint[] =>
  points.filter((point, index) =>
    points.every(
      (other, otherIndex) =>
        otherIndex === index ||
        !dominates(other, point, hardware) ||
        (otherIndex > index && dominates(point, other, hardware)),
    ),
  );

function dominates(a: OperatingPoint, b: OperatingPoint, hardware: HardwareTable): boolean {
  if (a.batchSize > b.batchSize || a.throughputRps < b.throughputRps || a.pricePerHour > b.pricePerHour) {
    return false;
  }
  // Where machines are counted, a better point must not use up more of them.
  if (a.hardware === b.hardware) return a.machineShare <= b.machineShare;
  return hardware[a.hardware]!.count === undefined;
}
