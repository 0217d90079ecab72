/**
 * The dispatch rule `aimd`: every worker finds its batch size by trying, one more after a full batch that was in time, a tenth
 * less after one that was not. Our reading of the adaptive batching of Clipper (Crankshaw et al., NSDI 2017), whose
 * latency we take to include the queue. It knows no durations, and may start what ends late.
 */
import type { Task } from '../task.ts';
import type { DispatchRule } from './dispatcher.ts';

const BACKOFF = 0.9;

export const aimd: DispatchRule = ({ machineTypes, workers }) => {
  const planned = new Map(workers.map(({ id, type }) => [id, machineTypes[type]!.batchSize]));
  const limits = new Map(workers.map(({ id }) => [id, 1]));
  return {
    choose: (queue, _, worker) => {
      const size = Math.min(Math.floor(limits.get(worker)!), queue.length);
      return { kind: 'start', first: 0, size, reason: 'eager' };
    },
    ended: (worker, tasks, nowMs) => {
      const limit = limits.get(worker)!;
      if (tasks.some((task) => isLate(task, nowMs))) limits.set(worker, Math.max(1, limit * BACKOFF));
      else if (tasks.length >= Math.floor(limit))
        limits.set(worker, Math.min(planned.get(worker)!, limit + 1));
    },
  };
};

const isLate = ({ latestMs }: Task, nowMs: number): boolean => nowMs > latestMs;
