/**
 * Hands busy workers their next batch a little before they are done, where it is full: nothing that comes meanwhile could make it
 * better, and passing it on then takes no time between two batches. The batch is chosen as if it were already that time.
 */
import type { Decision } from './events.ts';
import { type ModuleState, NO_TYPE } from './module-state.ts';

/** @returns when the next worker may be handed one, ms; infinite where there is nothing to hand over */
export function handAhead(module: ModuleState, index: number, nowMs: number, decisions: Decision[]): number {
  const { config, queues, dispatcher, running, ahead, types, freeMs } = module;
  const { workers, machineTypes, aheadMs } = config;
  const [queue] = queues;
  let wakeMs = Number.POSITIVE_INFINITY;
  // A worker with a queue of its own gets what is in it when it is done; what is to run again comes first.
  if (dispatcher.assign || module.again.length > 0) return wakeMs;
  for (let position = 0; position < workers.length; position++) {
    const { id } = workers[position]!;
    const type = types[position]!;
    if (type === NO_TYPE) continue;
    if (queue!.length < machineTypes[type]!.batchSize || !running.has(id) || ahead.has(id)) continue;
    const atMs = freeMs[position]! - aheadMs;
    if (atMs > nowMs) {
      wakeMs = Math.min(wakeMs, atMs);
      continue;
    }
    const choice = dispatcher.choose(queue!, type, id, Math.max(nowMs, freeMs[position]!));
    if (choice.kind !== 'start' || choice.reason !== 'full') continue;
    const tasks = queue!.take(choice.first, choice.size);
    ahead.set(id, tasks);
    dispatcher.started?.(id, type, tasks.length, nowMs);
    decisions.push({ kind: 'start', module: index, worker: id, tasks, reason: 'full' });
  }
  return wakeMs;
}
