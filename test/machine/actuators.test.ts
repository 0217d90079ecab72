/** Cores of running processes, with control groups as files in a folder, and with real processes by affinity. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTaskset } from '../../src/machine/affinity.ts';
import { allowedCores, canConfine } from '../../src/machine/confine.ts';
import type { Allotment, CoreActuator } from '../../src/machine/core-actuator.ts';
import { findCgroups, groupActuator } from '../../src/machine/cpuset.ts';
import { WorkerCores } from '../../src/machine/worker-cores.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'harp-cgroups-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Files of a pretended file system, by path. */
const write = (files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};
const read = (path: string): string => readFileSync(join(root, 'sys/fs/cgroup', path), 'utf8');
const VERSION_1 = {
  'proc/self/cgroup': '4:memory:/x\n3:cpuset:/box\n1:cpu:/\n0::/\n',
  'sys/fs/cgroup/cpuset/box/cpuset.cpus': '0-3\n',
  'sys/fs/cgroup/cpuset/box/cpuset.mems': '0\n',
  'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
};
const VERSION_2 = {
  'proc/self/cgroup': '0::/box\n',
  'sys/fs/cgroup/box/cgroup.controllers': 'cpuset cpu memory\n',
  'sys/fs/cgroup/box/cgroup.subtree_control': 'cpu\n',
  'sys/fs/cgroup/box/cpuset.cpus.effective': '0-3\n',
};
const pinned = (...cores: number[]): Allotment => ({ cores, share: cores.length });
/** The name of a worker's group, in what its command line joins. */
const groupOf = (args: readonly string[]): string => /harp-\d+-\d+-\d+/.exec(args[1]!)![0];

describe('control groups', () => {
  it('version 1: a cpuset with the memory nodes of its parent, a quota for less than whole cores', async () => {
    write(VERSION_1);
    const [groups] = findCgroups(root);
    const actuator = groupActuator(groups!);
    expect(actuator.name).toBe('cpuset (cgroup v1)');
    const { command, args } = actuator.launch(0, { cores: [1], share: 0.5 }, 'node', ['x.js']);
    const group = groupOf(args);
    expect(command).toBe('sh');
    expect(args[1]).toBe(
      `echo $$ > '${root}/sys/fs/cgroup/cpuset/box/${group}/cgroup.procs' && ` +
        `echo $$ > '${root}/sys/fs/cgroup/cpu/${group}/cgroup.procs' && exec "$@"`,
    );
    expect(args.slice(2)).toEqual(['sh', 'node', 'x.js']);
    expect(read(`cpuset/box/${group}/cpuset.mems`)).toBe('0');
    expect(read(`cpu/${group}/cpu.cfs_quota_us`)).toBe('50000');
    await actuator.move(0, 1, pinned(1, 3));
    expect(read(`cpuset/box/${group}/cpuset.cpus`)).toBe('1,3');
    expect(read(`cpu/${group}/cpu.cfs_quota_us`)).toBe('-1');
  });

  it('version 2: asks for the controllers, then the same in one group', async () => {
    write(VERSION_2);
    const [groups] = findCgroups(root);
    const actuator = groupActuator(groups!);
    expect(read('box/cgroup.subtree_control')).toBe('+cpuset');
    const group = groupOf(actuator.launch(2, pinned(0), 'node', []).args);
    await actuator.move(2, 1, { cores: [0, 1], share: 1.5 });
    expect(read(`box/${group}/cpuset.cpus`)).toBe('0,1');
    expect(read(`box/${group}/cpu.max`)).toBe('150000 100000');
  });

  it('are not there, or not ours: none is found, or it says why', () => {
    expect(findCgroups(root)).toEqual([]);
    write(VERSION_2);
    rmSync(join(root, 'sys/fs/cgroup/box/cgroup.subtree_control'));
    mkdirSync(join(root, 'sys/fs/cgroup/box/cgroup.subtree_control'));
    expect(() => groupActuator(findCgroups(root)[0]!)).toThrow(/EISDIR/);
    expect(existsSync(join(root, 'sys/fs/cgroup/box/cpuset.cpus'))).toBe(false);
  });
});

describe('cores of workers', () => {
  /** Notes what it is asked; refuses once. */
  function recording() {
    const moves: string[] = [];
    let refuses = false;
    const actuator: CoreActuator = {
      name: 'recording',
      launch: (_worker, _allotment, command, args) => ({ command, args }),
      move: async (worker, _pid, { cores }) => {
        if (refuses) throw new Error('refused');
        moves.push(`${worker}: ${cores}`);
      },
      close: () => {},
    };
    const refuse = (): void => {
      refuses = true;
    };
    return { moves, actuator, refuse };
  }

  it('come from the free ones and go back to them, and nobody has another’s', async () => {
    const { moves, actuator } = recording();
    const cores = new WorkerCores(actuator, [pinned(3), pinned(2)], [0, 1, 2, 3]);
    await Promise.all([cores.resize(0, 1, 3), cores.resize(0, 1, 1), cores.resize(1, 1, 3)]);
    expect(moves).toEqual(['0: 0,1,3', '0: 3', '1: 0,1,2']);
    await expect(cores.resize(0, 1, 2)).rejects.toThrow('2 cores are wanted, 1 are there');
  });

  it('stay where the machine refuses', async () => {
    const { actuator, refuse } = recording();
    const cores = new WorkerCores(actuator, [pinned(3)], [2, 3]);
    refuse();
    await expect(cores.resize(0, 1, 2)).rejects.toThrow('refused');
    expect(cores.coresOf(0)).toEqual([3]);
  });
});

describe.runIf(canConfine())('affinity', () => {
  it('moves all threads of a process, and says why where it cannot', async () => {
    const taskset = startTaskset();
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const core = allowedCores().at(-1)!;
    await taskset.move(child.pid!, [core]);
    expect(readFileSync(`/proc/${child.pid}/status`, 'utf8')).toMatch(
      new RegExp(`Cpus_allowed_list:\\t${core}\\n`),
    );
    await expect(taskset.move(child.pid!, [4095])).rejects.toThrow(/failed/);
    child.kill();
    taskset.close();
  });
});
