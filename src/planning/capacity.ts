/** How many machines there are: hardware with a `count` is a pool that all modules draw from; the rest is unlimited. */
import type { HardwareTable } from '../domain/hardware.ts';
import { TOLERANCE } from '../domain/plan.ts';
import type { OperatingPoint } from '../latency/operating-points.ts';

/** Machines left, by hardware; hardware that is not listed is unlimited. */
export type Capacity = ReadonlyMap<string, number>;

interface Used {
  readonly point: OperatingPoint;
  readonly machines: number;
}

export const capacityOf = (hardware: HardwareTable): Capacity =>
  new Map(
    Object.entries(hardware).flatMap(([name, { count }]) => (count === undefined ? [] : [[name, count]])),
  );

/** How many workers of this point still fit, a whole number. */
export function workersLeft(capacity: Capacity, point: OperatingPoint): number {
  const machines = capacity.get(point.hardware);
  return machines === undefined
    ? Number.POSITIVE_INFINITY
    : Math.floor((machines / point.machineShare) * (1 + TOLERANCE));
}

/** The capacity without what these workers occupy; a partial one occupies a whole one. */
export function without(capacity: Capacity, { point, machines }: Used): Capacity {
  const left = capacity.get(point.hardware);
  if (left === undefined) return capacity;
  return new Map(capacity).set(point.hardware, left - Math.ceil(machines) * point.machineShare);
}

/** Machines of this hardware that are occupied. */
export const machinesUsed = (shares: readonly Used[], hardware: string): number =>
  shares
    .filter(({ point }) => point.hardware === hardware)
    .reduce((sum, { point, machines }) => sum + Math.ceil(machines) * point.machineShare, 0);
