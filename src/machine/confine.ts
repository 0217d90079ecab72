/**
 * Confines a process to cores before it starts, so that a runtime sees just those and sizes its thread pools for them.
 * By CPU affinity (`taskset`): whole cores by affinity are steady, quotas are not.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

let found: boolean | undefined;

/** Whether this machine lets us set the affinity of processes. */
export function canConfine(): boolean {
  found ??= probe();
  return found;
}

function probe(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('taskset', ['-c', String(allowedCores()[0]), 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The numbers of the cores that this process may use. */
export function allowedCores(): number[] {
  if (process.platform === 'linux') {
    try {
      const list = execFileSync('taskset', ['-pc', String(process.pid)], { encoding: 'utf8' });
      return parseCoreList(list.slice(list.lastIndexOf(':') + 1));
    } catch {
      // No taskset: fall through to a count.
    }
  }
  return Array.from({ length: availableParallelism() }, (_, core) => core);
}

/** "0-2,5" → [0, 1, 2, 5] */
export function parseCoreList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first, last] = range.split('-').map(Number);
      return Array.from({ length: (last ?? first!) - first! + 1 }, (_, offset) => first! + offset);
    });
}

/** [0, 1, 5] → "0,1,5", as `taskset` and cpusets read it. */
export const cpuList = (cores: readonly number[]): string => cores.join(',');

/** The command line that runs `command` on these cores only, or unchanged where the machine does not allow it. */
export function confined(
  cores: readonly number[],
  command: string,
  args: readonly string[],
): { command: string; args: string[] } {
  if (!canConfine()) return { command, args: [...args] };
  return { command: 'taskset', args: ['-c', cpuList(cores), command, ...args] };
}
