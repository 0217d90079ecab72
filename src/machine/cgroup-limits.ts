/**
 * CPU quota and memory limit that this process lives under, by Linux control groups (version 2, else version 1): the
 * tightest one from its own group up to the root that it can see.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface CgroupLimits {
  /** CPU time per wall time: 1.5 is one and a half cores. */
  readonly cpuQuotaCores?: number;
  readonly memoryLimitMiB?: number;
}

const KIBI = 1024;

/** @param root of the file system, so that tests can bring their own */
export function readCgroupLimits(root = '/'): CgroupLimits {
  const mounted = join(root, 'sys/fs/cgroup');
  const memberships = lines(join(root, 'proc/self/cgroup')).map((line) => line.split(':'));
  const groupOf = (controller: string): string =>
    memberships.find(([, controllers]) => controllers!.split(',').includes(controller))?.[2] ?? '/';

  const quotas = [
    ...upwards(mounted, groupOf('')).map((folder) => quotient(lines(join(folder, 'cpu.max'))[0]?.split(' '))),
    ...upwards(join(mounted, 'cpu'), groupOf('cpu')).map((folder) =>
      quotient(['quota', 'period'].flatMap((file) => lines(join(folder, `cpu.cfs_${file}_us`))[0] ?? [])),
    ),
  ];
  const memories = [
    ...upwards(mounted, groupOf('')).map((folder) => join(folder, 'memory.max')),
    ...upwards(join(mounted, 'memory'), groupOf('memory')).map((folder) =>
      join(folder, 'memory.limit_in_bytes'),
    ),
  ].map((file) => Number(lines(file)[0] ?? Number.NaN) / KIBI ** 2);

  const cpuQuotaCores = tightest(quotas);
  const memoryLimitMiB = tightest(memories);
  return {
    ...(cpuQuotaCores !== undefined && { cpuQuotaCores }),
    ...(memoryLimitMiB !== undefined && { memoryLimitMiB: Math.floor(memoryLimitMiB) }),
  };
}

/** The group's folder and those above it; in a container the paths from outside do not exist, but the root does. */
function upwards(mounted: string, group: string): string[] {
  const folders = [];
  for (let path = group; path !== '/'; path = dirname(path)) folders.push(join(mounted, path));
  return [...folders, mounted];
}

/** Version 1 says "none" as −1 or as a number beyond any memory, version 2 as "max". */
function tightest(limits: readonly number[]): number | undefined {
  const real = limits.filter((limit) => limit > 0 && limit < 2 ** 40);
  return real.length === 0 ? undefined : Math.min(...real);
}

const quotient = ([quota, period]: readonly string[] = []): number => Number(quota) / Number(period);

function lines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
