/**
 * Puts processes on cores by Linux control groups: a group for each worker below this process's own, whose cpuset is what the worker
 * may use, with a quota where that is less than whole cores. Version 2 needs the controllers to be delegated; version 1 has a
 * hierarchy for each.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuList } from './confine.ts';
import type { Allotment, CoreActuator } from './core-actuator.ts';

export interface Cgroups {
  readonly version: 1 | 2;
  /** Where groups with a cpuset are made. */
  readonly cpusets: string;
  /** Where groups with a quota are made, if they can be; the same folder in version 2. */
  readonly quotas: string | undefined;
}

const QUOTA_PERIOD_US = 100_000;
const PREFIX = 'harp-';
const GROUP = /^harp-(\d+)-/;
/** A daemon may have several plans in force for a moment. */
let actuators = 0;

/** The hierarchies that are there, version 2 first; whether they may be written is not said. @param root of the file system */
export function findCgroups(root: string): Cgroups[] {
  const mounted = join(root, 'sys/fs/cgroup');
  const memberships = linesOf(join(root, 'proc/self/cgroup')).map((line) => line.split(':'));
  /** In a container the group's path from outside does not exist, but the root does. */
  const folderOf = (mount: string, controller: string, file: string): string | undefined => {
    const group = memberships.find(([, names]) => names!.split(',').includes(controller))?.[2] ?? '/';
    return [join(mount, group), mount].find((folder) => existsSync(join(folder, file)));
  };
  const unified = folderOf(mounted, '', 'cgroup.controllers');
  const cpusets = folderOf(join(mounted, 'cpuset'), 'cpuset', 'cpuset.cpus');
  const quotas = folderOf(join(mounted, 'cpu'), 'cpu', 'cpu.cfs_quota_us');
  return [
    ...(unified === undefined ? [] : [{ version: 2, cpusets: unified, quotas: unified } as const]),
    ...(cpusets === undefined ? [] : [{ version: 1, cpusets, quotas } as const]),
  ];
}

/** @throws Error where groups cannot be made there */
export function groupActuator({ version, cpusets, quotas }: Cgroups): CoreActuator {
  const made = new Set<string>();
  const prefix = `${PREFIX}${process.pid}-${actuators++}-`;
  const groupIn = (parent: string, worker: number | string): string => {
    const folder = join(parent, `${prefix}${worker}`);
    mkdirSync(folder, { recursive: true });
    made.add(folder);
    return folder;
  };
  const setCores = (worker: number | string, cpus: string): string => {
    const folder = groupIn(cpusets, worker);
    // Without memory nodes a group of version 1 takes no process.
    if (version === 1)
      writeFileSync(join(folder, 'cpuset.mems'), linesOf(join(cpusets, 'cpuset.mems'))[0] ?? '0');
    writeFileSync(join(folder, 'cpuset.cpus'), cpus);
    return folder;
  };
  const setShare = (worker: number, parent: string, share: number | undefined): string => {
    const folder = groupIn(parent, worker);
    const quotaUs = share && Math.round(share * QUOTA_PERIOD_US);
    if (version === 2) writeFileSync(join(folder, 'cpu.max'), `${quotaUs ?? 'max'} ${QUOTA_PERIOD_US}`);
    else writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quotaUs ?? -1));
    return folder;
  };
  /** @returns the groups that the worker's process is to be in */
  const set = (worker: number, { cores, share }: Allotment): string[] => {
    const folder = setCores(worker, cpuList(cores));
    if (quotas === undefined) return [folder];
    const isWhole = share >= cores.length;
    return [...new Set([folder, setShare(worker, quotas, isWhole ? undefined : share)])];
  };
  const close = (): void => {
    for (const folder of made) remove(folder);
    made.clear();
  };

  removeStale(cpusets);
  if (quotas !== undefined) removeStale(quotas);
  if (version === 2) enableControllers(cpusets);
  try {
    const [all = ''] = linesOf(join(cpusets, version === 2 ? 'cpuset.cpus.effective' : 'cpuset.cpus'));
    setCores('probe', all);
  } finally {
    close();
  }
  return {
    name: `cpuset (cgroup v${version})`,
    launch: (worker, allotment, command, args) => {
      const joins = set(worker, allotment).map((folder) => `echo $$ > '${join(folder, 'cgroup.procs')}'`);
      return { command: 'sh', args: ['-c', `${joins.join(' && ')} && exec "$@"`, 'sh', command, ...args] };
    },
    // All of its threads are in its group.
    move: async (worker, _, allotment) => {
      set(worker, allotment);
    },
    close,
  };
}

/** A group passes on what its parent passes to it, as long as no process is in it but those of its children. @throws Error */
function enableControllers(folder: string): void {
  const control = join(folder, 'cgroup.subtree_control');
  const [enabled = ''] = linesOf(control);
  for (const controller of ['cpuset', 'cpu'])
    if (!enabled.split(' ').includes(controller)) writeFileSync(control, `+${controller}`);
}

/** Groups of daemons that were killed. */
function removeStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = GROUP.exec(name)?.[1];
    if (pid !== undefined && !existsSync(join('/proc', pid))) remove(join(parent, name));
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // A process is still in it: the next daemon removes it.
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
