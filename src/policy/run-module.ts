/** Gives the idle machines of a module what they should start now, drops what can no longer be in time, and says when to look again. */
import type { DeadlineQueue } from './deadline-queue.ts';
import type { Decision } from './events.ts';
import { handAhead } from './hand-ahead.ts';
import { NONE } from './idle-workers.ts';
import { batchBegins, type ModuleState } from './module-state.ts';
import { runAgain } from './run-again.ts';
import type { Task } from './task.ts';

/**
 * @param index of the module, for its decisions
 * @param giveUp ends the request of a task that cannot be in time
 * @returns when to look again, ms; infinite for not before something happens
 */
export function runModule(
  module: ModuleState,
  index: number,
  nowMs: number,
  decisions: Decision[],
  giveUp: (task: Task) => void,
): number {
  const { queues, fastestMs } = module;
  // Strictly too late only: who arrives at the last moment may start at it.
  for (let queue = 0; queue < queues.length; queue++)
    expireHeads(queues[queue]!, fastestMs, nowMs, false, giveUp);
  const againMs = runAgain(module, index, nowMs, decisions, giveUp);
  let wakeMs = Math.min(againMs, startBatches(module, index, nowMs, decisions));
  if (module.config.aheadMs > 0) wakeMs = Math.min(wakeMs, handAhead(module, index, nowMs, decisions));
  // Who is still here at the last moment to start will not be in time.
  let isAnyOverdue = false;
  for (let at = 0; at < queues.length; at++) {
    isAnyOverdue = expireHeads(queues[at]!, fastestMs, nowMs, true, giveUp) || isAnyOverdue;
  }
  // A machine too slow for the planned time may be fast enough for what is left.
  if (isAnyOverdue) wakeMs = Math.min(againMs, startBatches(module, index, nowMs, decisions));
  for (let at = 0; at < queues.length; at++) {
    const queue = queues[at]!;
    if (queue.length > 0) wakeMs = Math.min(wakeMs, queue.at(0).deadlineMs - fastestMs);
  }
  return wakeMs;
}

/** Starts batches until no idle machine wants one; returns when one will. */
function startBatches(module: ModuleState, index: number, nowMs: number, decisions: Decision[]): number {
  const { queues, dispatcher, idle, config } = module;
  let wakeMs = Number.POSITIVE_INFINITY;
  let type = 0;
  let from = 0;
  while (type < idle.length) {
    const position = idle[type]!.firstFrom(from);
    if (position === NONE) {
      type += 1;
      from = 0;
      continue;
    }
    const worker = config.workers[position]!.id;
    const queue = dispatcher.assign ? queues[position]! : queues[0]!;
    const choice = queue.length > 0 ? dispatcher.choose(queue, type, worker, nowMs) : undefined;
    if (choice?.kind === 'start') {
      const tasks = queue.take(choice.first, choice.size);
      idle[type]!.remove(position);
      batchBegins(module, worker, tasks, nowMs);
      dispatcher.started?.(worker, type, tasks.length, nowMs);
      decisions.push({ kind: 'start', module: index, worker, tasks, reason: choice.reason });
      // What is left may suit a better rank that was waiting for more.
      type = 0;
      from = 0;
      wakeMs = Number.POSITIVE_INFINITY;
      continue;
    }
    if (choice?.kind === 'wait') wakeMs = Math.min(wakeMs, choice.untilMs);
    if (dispatcher.collectsFirst && choice?.kind === 'wait') break;
    // Machines of a type are alike: if one of them wants nothing of the shared queue, neither does the next.
    if (dispatcher.assign || dispatcher.perWorker) from = position + 1;
    else type += 1;
  }
  return wakeMs;
}

/** Tasks at the head that no machine could answer in time even alone: what the plan's deadline lost may still make the request's: whether any did. */
function expireHeads(
  queue: DeadlineQueue<Task>,
  fastestMs: number,
  nowMs: number,
  atLimit: boolean,
  giveUp: (task: Task) => void,
): boolean {
  // Most queues are empty or have time: nothing is made for them.
  if (queue.length === 0 || nowMs < queue.at(0).deadlineMs - fastestMs) return false;
  let isAnyOverdue = false;
  const isTooLate = (deadlineMs: number): boolean =>
    atLimit ? nowMs >= deadlineMs - fastestMs : nowMs > deadlineMs - fastestMs;
  while (queue.length > 0 && isTooLate(queue.at(0).deadlineMs)) {
    const task = queue.take(0, 1)[0]!;
    if (isTooLate(task.latestMs)) giveUp(task);
    else {
      task.deadlineMs = task.latestMs;
      task.overdue = true;
      queue.insert(task);
      isAnyOverdue = true;
    }
  }
  return isAnyOverdue;
}
