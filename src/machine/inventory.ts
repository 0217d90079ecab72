/** What this machine is: everything that a measurement on it depends on, and that a reader needs to judge it. */
import { cpus, totalmem } from 'node:os';
import type { Systeminformation } from 'systeminformation';
import type { Machine } from '../domain/profile.ts';
import { readCgroupLimits } from './cgroup-limits.ts';
import { allowedCores } from './confine.ts';
import { nvidiaDevices } from './nvidia.ts';

const MIB = 1024 ** 2;

/** Cores that a process may keep busy: those that affinity allows, and no more than a CPU quota pays for. */
export function usableCores(): number[] {
  const { cpuQuotaCores = Number.POSITIVE_INFINITY } = readCgroupLimits();
  return allowedCores().slice(-Math.max(1, Math.floor(cpuQuotaCores)));
}

/** Figures that the machine hides (frequency and governor in most virtual ones) are left out. */
export async function takeInventory(): Promise<Machine> {
  const { cpu, graphics, osInfo } = await import('systeminformation');
  const [processor, { controllers }, os] = await Promise.all([cpu(), graphics(), osInfo()]);
  return {
    cpuModel: `${processor.manufacturer} ${processor.brand}`.trim() || 'unknown',
    cores: usableCores().length,
    totalCores: cpus().length,
    memoryMiB: Math.round(totalmem() / MIB),
    ...(processor.governor && { governor: processor.governor }),
    ...(processor.speedMax > 0 && { maxFrequencyGHz: processor.speedMax }),
    gpus: gpusOf(controllers),
    limits: { ...readCgroupLimits() },
    os: `${os.distro} ${os.release}, ${os.platform} ${os.kernel} ${os.arch}`,
  };
}

/** Those of NVIDIA as their driver tells, which is there where the PCI bus is hidden and knows their memory. */
function gpusOf(
  controllers: readonly Systeminformation.GraphicsControllerData[],
): NonNullable<Machine['gpus']> {
  const nvidia = nvidiaDevices().map(({ name, driver, memoryMiB }) => ({
    name,
    driver,
    ...(memoryMiB > 0 && { memoryMiB }),
  }));
  const others = controllers.filter(({ vendor }) => nvidia.length === 0 || !/nvidia/i.test(vendor));
  return [
    ...nvidia,
    ...others.map(({ vendor, model, name, driverVersion, vram }) => ({
      name: name || `${vendor} ${model}`.trim(),
      ...(driverVersion && { driver: driverVersion }),
      ...(vram && { memoryMiB: vram }),
    })),
  ];
}
