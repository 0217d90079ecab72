/** Of all prices known, those that an application's points need: each must be there, and big enough for one of them. */
import type { LoadedModule } from '../domain/application.ts';
import { closestName } from '../domain/closest-name.ts';
import { HarpError } from '../domain/errors.ts';
import type { HardwareTable } from '../domain/hardware.ts';
import type { Machine, Profile } from '../domain/profile.ts';

/** The hardware `local` is the host that was profiled: one machine with its cores and memory, unless the table says otherwise. */
export function withLocalCores(table: HardwareTable, profiles: readonly Profile[]): HardwareTable {
  const { local } = table;
  const hosts = profiles
    .filter(({ points }) => points.some(({ hardware }) => hardware === 'local'))
    .flatMap(({ machine }) => machine ?? []);
  if (local === undefined || local.cores !== undefined || hosts.length === 0) return table;
  const cores = Math.max(...hosts.map((host) => host.cores));
  const memoryMiB = Math.min(...hosts.map(usableMemoryMiB));
  return { ...table, local: { count: 1, memoryMiB, ...local, cores } };
}

/** No more than its control group was allowed. */
const usableMemoryMiB = ({ memoryMiB, limits }: Machine): number =>
  Math.min(memoryMiB, limits?.memoryLimitMiB ?? Number.POSITIVE_INFINITY);

/**
 * @param source the application, for the message
 * @throws HarpError `bad-input` for hardware without a price, and for a module that fits on none of its hardware
 */
export function hardwareInUse(
  modules: readonly LoadedModule[],
  table: HardwareTable,
  source: string,
): HardwareTable {
  const used: HardwareTable = {};
  for (const module of modules) {
    for (const { hardware } of module.points) {
      const entry = table[hardware];
      if (entry === undefined) throw noPrice(hardware, table, source);
      used[hardware] = entry;
    }
    if (!module.points.some(({ hardware, cores }) => cores <= (used[hardware]!.cores ?? cores))) {
      throw tooSmall(module, used, source);
    }
  }
  return used;
}

function noPrice(hardware: string, table: HardwareTable, source: string): HarpError {
  const closest = closestName(hardware, Object.keys(table));
  return new HarpError('bad-input', `no price for the hardware "${hardware}"`, {
    where: `${source}: hardware.${hardware}`,
    expected: 'pricePerHour of everything that profiles measured',
    got: 'nothing',
    hint: `${closest === undefined ? 'Add' : `There is a price for "${closest}": if it is this hardware's, call it "${hardware}". Otherwise add`} "hardware: { ${hardware}: { pricePerHour: … } }" to the application or to a file for --prices.`,
  });
}

const tooSmall = ({ name, points }: LoadedModule, used: HardwareTable, source: string): HarpError =>
  new HarpError('bad-input', `no operating point of "${name}" runs on the hardware offered`, {
    where: `${source}: modules.${name}`,
    expected: [...new Set(points.map(({ hardware }) => hardware))]
      .map((hardware) => `at most ${used[hardware]!.cores} cores of ${hardware}`)
      .join(' or '),
    got: `${Math.min(...points.map(({ cores }) => cores))} cores and more`,
  });
