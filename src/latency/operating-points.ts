/** Operating points: what a profile says about a model on given hardware, priced, and in the order in which a plan fills them. */
import type { HardwareTable } from '../domain/hardware.ts';

/** One way to run a module on a machine. */
export interface OperatingPoint {
  readonly hardware: string;
  readonly cores: number;
  readonly batchSize: number;
  readonly durationMs: number;
  /** The share (0..1] of a machine of its hardware that one of these occupies. */
  readonly machineShare: number;
  /** Of that share, USD. */
  readonly pricePerHour: number;
  /** Of one fully loaded: 1000 · batchSize / durationMs. */
  readonly throughputRps: number;
  /** pricePerHour / throughputRps: what one request per second costs, USD per hour. */
  readonly costPerThroughput: number;
}

interface Measured {
  readonly hardware: string;
  readonly cores: number;
  readonly batchSize: number;
  readonly durationMs: number;
}

/**
 * Points priced and in rank order; those that need more cores than their machine has are left out.
 * @param hardware has an entry for every point's hardware
 */
export const operatingPoints = (points: readonly Measured[], hardware: HardwareTable): OperatingPoint[] =>
  points
    .filter((point) => point.cores <= (hardware[point.hardware]!.cores ?? Number.POSITIVE_INFINITY))
    .map((point) => priced(point, hardware))
    .sort(byRank);

function priced({ hardware, cores, batchSize, durationMs }: Measured, table: HardwareTable): OperatingPoint {
  const machine = table[hardware]!;
  const machineShare = machine.cores === undefined ? 1 : cores / machine.cores;
  const pricePerHour = machine.pricePerHour * machineShare;
  const throughputRps = (1000 * batchSize) / durationMs;
  return {
    hardware,
    cores,
    batchSize,
    durationMs,
    machineShare,
    pricePerHour,
    throughputRps,
    costPerThroughput: pricePerHour / throughputRps,
  };
}

/** Cheapest per request first; ties by shorter duration, then hardware, cores and batch size, so that plans repeat. */
const byRank = (a: OperatingPoint, b: OperatingPoint): number =>
  a.costPerThroughput - b.costPerThroughput ||
  a.durationMs - b.durationMs ||
  (a.hardware < b.hardware ? -1 : a.hardware > b.hardware ? 1 : 0) ||
  a.cores - b.cores ||
  a.batchSize - b.batchSize;
