/**
 * NVIDIA devices as their driver tells of them (`nvidia-smi`, which comes with it): also where the PCI bus cannot be read, as in most
 * containers, and with what others on a device take of it. Nothing where there is no such driver.
 */
import { execFileSync } from 'node:child_process';

export interface NvidiaDevice {
  readonly name: string;
  readonly driver: string;
  readonly memoryMiB: number;
  readonly usedMemoryMiB: number;
  /** Share (0..1) of the last moment in which it computed. */
  readonly busy: number;
  /** Whether heat or power keeps its clock down now. */
  readonly throttled: boolean;
}

const FIELDS = 'name,driver_version,memory.total,memory.used,utilization.gpu,clocks_throttle_reasons.active';

/** Of NVML's reasons for a lower clock: power cap, slowdowns by the hardware and by heat, power brake. */
const THROTTLING = 0x04 | 0x08 | 0x20 | 0x40 | 0x80;

const PATIENCE_MS = 5000;

export function nvidiaDevices(): NvidiaDevice[] {
  try {
    const csv = execFileSync('nvidia-smi', [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PATIENCE_MS,
    });
    return parseNvidia(csv);
  } catch {
    return [];
  }
}

/** @param csv a line for each device; figures that a device does not tell read as "[N/A]" */
export const parseNvidia = (csv: string): NvidiaDevice[] =>
  csv
    .trim()
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === FIELDS.split(',').length)
    .map(([name, driver, total, used, busy, reasons]) => ({
      name: name!,
      driver: driver!,
      memoryMiB: figure(total!),
      usedMemoryMiB: figure(used!),
      busy: figure(busy!) / 100,
      throttled: (figure(reasons!) & THROTTLING) !== 0,
    }));

const figure = (cell: string): number => Number(cell) || 0;

/** How a measurement finds the devices: what it takes of their memory, what others do on them, what holds them back. */
export interface DeviceUse {
  readonly deviceMemoryMiB: number;
  readonly deviceOtherLoad: number;
  readonly deviceThrottled: boolean;
}

/**
 * Starts watching, before this process has touched a device.
 * @returns asks what has become of them; undefined where no driver tells
 */
export function watchDevices(look: () => NvidiaDevice[] = nvidiaDevices): () => DeviceUse | undefined {
  const before = look();
  const memoryMiB = (devices: readonly NvidiaDevice[]): number =>
    devices.reduce((sum, { usedMemoryMiB }) => sum + usedMemoryMiB, 0);
  return () => {
    if (before.length === 0) return undefined;
    const after = look();
    return {
      deviceMemoryMiB: Math.max(0, memoryMiB(after) - memoryMiB(before)),
      deviceOtherLoad: Math.max(...before.map(({ busy }) => busy)),
      deviceThrottled: after.some(({ throttled }) => throttled),
    };
  };
}
