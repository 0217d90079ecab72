/**
 * The dispatch rule `planned`: a deferred window with pass-over (ours). A batch leaves when it is full or cannot grow in
 * time; a request whose deadline would force a small batch is passed over where a full one can be formed behind it.
 *
 * | symbol | here | meaning |
 * |---|---|---|
 * | b | size | requests in the batch |
 * | d(b) | tailMs[b] | a duration that hardly any batch of b exceeds, ms |
 * | D | deadlineMs | when the answer is due |
 */
import type { DeadlineQueue, Queued } from './deadline-queue.ts';

/** What one kind of machine of a plan runs. */
export interface MachineType {
  /** The planned batch size; no batch is larger. */
  readonly batchSize: number;
  /** d(b) in ms by batch size b = 1..batchSize, non-decreasing; index 0 is unused. */
  readonly tailMs: Float64Array;
}

/** Why a batch leaves now. */
export type StartReason = 'full' | 'deadline';

export type Choice =
  | { readonly kind: 'start'; readonly first: number; readonly size: number; readonly reason: StartReason }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'nothing' };

const NOTHING: Choice = { kind: 'nothing' };

/**
 * What an idle machine of this type should do with a queue that is not empty. Cost: one pass over the queue at most.
 * @param timerLeadMs how much before the last moment a batch leaves
 */
export function chooseBatch(
  queue: DeadlineQueue<Queued>,
  machine: MachineType,
  nowMs: number,
  timerLeadMs: number,
): Choice {
  let first = 0;
  let size = sizeFrom(queue, machine, nowMs, first);
  if (size < Math.min(machine.batchSize, queue.length)) {
    const later = firstFullBatch(queue, machine, nowMs, size);
    if (later !== undefined) [first, size] = [later, Math.min(machine.batchSize, queue.length - later)];
  }
  if (size === 0) return NOTHING;
  if (size === machine.batchSize) return { kind: 'start', first, size, reason: 'full' };
  const latestStartMs = queue.at(first).deadlineMs - machine.tailMs[size + 1]! - timerLeadMs;
  if (nowMs >= latestStartMs) return { kind: 'start', first, size, reason: 'deadline' };
  return { kind: 'wait', untilMs: latestStartMs };
}

/** The most requests from `first` on that this machine answers by the deadline of the first of them. */
function sizeFrom(queue: DeadlineQueue<Queued>, machine: MachineType, nowMs: number, first: number): number {
  const timeMs = queue.at(first).deadlineMs - nowMs;
  let size = Math.min(machine.batchSize, queue.length - first);
  while (size > 0 && machine.tailMs[size]! > timeMs) size -= 1;
  return size;
}

/** The first request from which a full batch, or all that is left, is in time, if that is more than the head's batch. */
function firstFullBatch(
  queue: DeadlineQueue<Queued>,
  machine: MachineType,
  nowMs: number,
  headSize: number,
): number | undefined {
  for (let first = 1; queue.length - first > headSize; first += 1) {
    const size = Math.min(machine.batchSize, queue.length - first);
    if (nowMs + machine.tailMs[size]! <= queue.at(first).deadlineMs) return first;
  }
  return undefined;
}
