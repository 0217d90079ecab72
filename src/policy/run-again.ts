/**
 * A batch that the engine refused, or that was lost with its worker, runs again in halves, before all that waits: what is guilty
 * is alone in the end and fails alone. One guilty task among b costs about 2·log2(b) batches more (halving, our reading of group
 * testing).
 */
import type { MachineType } from './dispatch/dispatcher.ts';
import type { Decision } from './events.ts';
import { NONE } from './idle-workers.ts';
import { batchBegins, type ModuleState } from './module-state.ts';
import type { Task } from './task.ts';

/** @param tasks in the order of the batch; those of requests that have ended are left out */
export function inHalves(tasks: readonly Task[]): Task[][] {
  const left = tasks.filter(({ ticket }) => !ticket.ended);
  const middle = Math.ceil(left.length / 2);
  return [left.slice(0, middle), left.slice(middle)].filter(({ length }) => length > 0);
}

/**
 * Gives idle workers what is to run again, each batch whole only where it is in time as a whole.
 * @param giveUp ends the request of a task that cannot be in time any more
 * @returns when to look again, ms; infinite for not before something happens
 */
export function runAgain(
  module: ModuleState,
  index: number,
  nowMs: number,
  decisions: Decision[],
  giveUp: (task: Task) => void,
): number {
  const { again, idle, config, dispatcher, fastestMs } = module;
  if (again.length === 0) return Number.POSITIVE_INFINITY;
  for (let type = 0; type < idle.length; type++) {
    for (let next = idle[type]!.firstFrom(0); next !== NONE; next = idle[type]!.firstFrom(next)) {
      const tasks = takeInTime(again, config.machineTypes[type]!, nowMs);
      if (tasks === undefined) break;
      const worker = config.workers[next]!.id;
      idle[type]!.remove(next);
      batchBegins(module, worker, tasks, nowMs);
      dispatcher.started?.(worker, type, tasks.length, nowMs);
      decisions.push({ kind: 'start', module: index, worker, tasks, reason: 'again' });
    }
  }
  let wakeMs = Number.POSITIVE_INFINITY;
  for (const task of again.flat()) {
    if (nowMs >= task.latestMs - fastestMs) giveUp(task);
    else wakeMs = Math.min(wakeMs, task.latestMs - fastestMs);
  }
  return wakeMs;
}

/** Takes out the first batch that this machine has done in time, halved until it has. */
function takeInTime(again: Task[][], { batchSize, tailMs }: MachineType, nowMs: number): Task[] | undefined {
  for (let at = 0; at < again.length; ) {
    const tasks = again[at]!.filter(({ ticket }) => !ticket.ended);
    const latestMs = Math.min(...tasks.map((task) => task.latestMs));
    if (tasks.length === 0) again.splice(at, 1);
    else if (tasks.length <= batchSize && nowMs + tailMs[tasks.length]! <= latestMs) {
      again.splice(at, 1);
      return tasks;
    } else if (tasks.length > 1) again.splice(at, 1, ...inHalves(tasks));
    else at += 1;
  }
  return undefined;
}
