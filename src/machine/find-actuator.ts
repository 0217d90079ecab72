/**
 * How a running process is put on other cores, and what of it this machine allows, best first. Measured on two cores that others kept
 * busy (npm run bench:resize), from the call to its end, p50 and p99: a cpuset write 0.01 and 0.08 ms; affinity by `taskset` 0.8 and
 * 11 ms where one shell runs it, which holds its caller for 0.02 ms; 1.4 and 11 ms where each resize starts a process, which holds
 * the daemon for 0.5 to 2.6 ms. All act within the running batch. One core by quota: batches of SqueezeNet from 14 to 71 ms (p5, p95)
 * where a pinned core takes 15 to 25 (p10, p50); so quotas are for parts of a core only, whole cores are pinned.
 */
import { startTaskset } from './affinity.ts';
import { canConfine, confined } from './confine.ts';
import type { CoreActuator } from './core-actuator.ts';
import { findCgroups, groupActuator } from './cpuset.ts';

export interface FoundActuator {
  /** Undefined where cores cannot be changed here. */
  readonly actuator: CoreActuator | undefined;
  /** What was tried before, and why it does not go. */
  readonly refused: readonly string[];
}

/** @param root of the file system, so that tests can bring their own */
export function findActuator(root = '/'): FoundActuator {
  const refused: string[] = [];
  for (const groups of findCgroups(root)) {
    try {
      return { actuator: groupActuator(groups), refused };
    } catch (error) {
      refused.push(`cpuset (cgroup v${groups.version}): ${(error as Error).message}`);
    }
  }
  if (canConfine()) return { actuator: affinityActuator(), refused };
  return { actuator: undefined, refused: [...refused, 'affinity: taskset does not run here'] };
}

/** Fractions of a core it cannot do: such a worker has the whole one. */
function affinityActuator(): CoreActuator {
  const taskset = startTaskset();
  return {
    name: 'affinity',
    launch: (_, { cores }, command, args) => confined(cores, command, args),
    move: (_, pid, { cores }) => taskset.move(pid, cores),
    close: taskset.close,
  };
}
