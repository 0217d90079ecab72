/** Of an application's operating points, those that fit into the memory of their machine, and of its accelerator. */
import type { LoadedModule } from '../domain/application.ts';
import { HarpError } from '../domain/errors.ts';
import type { HardwareTable } from '../domain/hardware.ts';
import type { ProfilePoint } from '../domain/profile.ts';

/**
 * Points and machines that do not say what they need or have are taken to fit. Here each is held to all of its machine's memory; whether
 * those that share machines fit together is seen when there is a plan (planning/memory-in-use.ts).
 * @param hardware has an entry for every point's hardware
 * @param source the application, for the message
 * @returns the modules with the points that fit, and what was left out
 * @throws HarpError `infeasible` where nothing of a module is left
 */
export function withinMemory(
  modules: readonly LoadedModule[],
  hardware: HardwareTable,
  source: string,
): { modules: LoadedModule[]; leftOut: string[] } {
  const leftOut: string[] = [];
  const kept = modules.map((module) => {
    const tooLarge = module.points.filter((point) => !fits(point, hardware));
    if (tooLarge.length === 0) return module;
    if (tooLarge.length === module.points.length) throw fitsNowhere(module, hardware, source);
    leftOut.push(
      `${tooLarge.length} of ${module.points.length} points of "${module.name}" ${tooLarge.length === 1 ? 'needs' : 'need'} more memory than a machine has (${needs(tooLarge, hardware)})`,
    );
    return { ...module, points: module.points.filter((point) => fits(point, hardware)) };
  });
  return { modules: kept, leftOut };
}

function fits({ hardware, memoryMiB = 0, deviceMemoryMiB = 0 }: ProfilePoint, table: HardwareTable): boolean {
  const machine = table[hardware]!;
  return (
    memoryMiB <= (machine.memoryMiB ?? Number.POSITIVE_INFINITY) &&
    deviceMemoryMiB <= (machine.deviceMemoryMiB ?? Number.POSITIVE_INFINITY)
  );
}

/** Of the least of them: "batch 8: 9000 MiB, gpu-a has 8192". */
function needs(points: readonly ProfilePoint[], table: HardwareTable): string {
  const least = points.reduce((a, b) => ((b.memoryMiB ?? 0) < (a.memoryMiB ?? 0) ? b : a));
  const { memoryMiB, deviceMemoryMiB } = table[least.hardware]!;
  const isDevice = (least.memoryMiB ?? 0) <= (memoryMiB ?? Number.POSITIVE_INFINITY);
  const [needed, had] = isDevice ? [least.deviceMemoryMiB, deviceMemoryMiB] : [least.memoryMiB, memoryMiB];
  return `batch ${least.batchSize}: ${needed} MiB${isDevice ? ' of device memory' : ''}, ${least.hardware} has ${had}`;
}

const fitsNowhere = ({ name, points }: LoadedModule, table: HardwareTable, source: string): HarpError =>
  new HarpError('infeasible', `no operating point of "${name}" fits into the memory of a machine`, {
    where: `${source}: modules.${name}`,
    got: needs(points, table),
    hint: 'Offer machines with more memory, or profile smaller batches.',
  });
