/**
 * The dispatch rule `timeout`: a batch leaves when it is full or its first request has waited long enough, the batching of
 * model servers that know no durations (TensorFlow Serving's `max_batch_size` and `batch_timeout_micros`, our reading). The
 * wait is the window that the plan leaves. It may start what ends late.
 */
import type { DispatchRule } from './dispatcher.ts';

export const timeout: DispatchRule = ({ machineTypes, timerLeadMs }) => ({
  choose: (queue, type, _, nowMs) => {
    const { batchSize, windowMs } = machineTypes[type]!;
    if (queue.length >= batchSize) return { kind: 'start', first: 0, size: batchSize, reason: 'full' };
    const untilMs = queue.at(0).readyMs + windowMs - timerLeadMs;
    return nowMs >= untilMs
      ? { kind: 'start', first: 0, size: queue.length, reason: 'timer' }
      : { kind: 'wait', untilMs };
  },
});
