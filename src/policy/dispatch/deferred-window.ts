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
import type { DeadlineQueue, Queued } from '../deadline-queue.ts';
import { type Choice, type DispatchRule, type MachineType, NOTHING } from './dispatcher.ts';

/** What the rule needs to know of a machine. */
type Batching = Pick<MachineType, 'batchSize' | 'tailMs'>;

/** Ours, the default. */
export const planned: DispatchRule = ({ machineTypes, timerLeadMs }) => ({
  choose: (queue, type, _, nowMs) => chooseBatch(queue, machineTypes[type]!, nowMs, timerLeadMs),
});

/** The same without pass-over: our reading of the deferred batching of Symphony. */
export const deferred: DispatchRule = ({ machineTypes, timerLeadMs }) => ({
  choose: (queue, type, _, nowMs) =>
    choiceOf(batchFrom(queue, machineTypes[type]!, nowMs, timerLeadMs, 0), machineTypes[type]!, nowMs),
});

/**
 * What an idle machine of this type should do with a queue that is not empty. Cost: one pass over the queue at most.
 * @param timerLeadMs how much before the last moment a batch leaves
 */
export function chooseBatch(
  queue: DeadlineQueue<Queued>,
  machine: Batching,
  nowMs: number,
  timerLeadMs: number,
): Choice {
  const head = batchFrom(queue, machine, nowMs, timerLeadMs, 0);
  return choiceOf(passesOver(queue, machine, nowMs, timerLeadMs, head) ?? head, machine, nowMs);
}

function choiceOf({ first, size, startMs }: Candidate, machine: Batching, nowMs: number): Choice {
  if (size === 0) return NOTHING;
  if (size === machine.batchSize) return { kind: 'start', first, size, reason: 'full' };
  if (nowMs >= startMs) return { kind: 'start', first, size, reason: 'deadline' };
  return { kind: 'wait', untilMs: startMs };
}

/** A batch that could be formed now: its place in the queue, its size, and when it would leave if nobody joins it. */
interface Candidate {
  readonly first: number;
  readonly size: number;
  readonly startMs: number;
}

function batchFrom(
  queue: DeadlineQueue<Queued>,
  machine: Batching,
  nowMs: number,
  timerLeadMs: number,
  first: number,
): Candidate {
  const size = sizeFrom(queue, machine, nowMs, first);
  const isFull = size === machine.batchSize;
  if (size === 0 || isFull || holdsOverdue(queue, first, size)) return { first, size, startMs: nowMs };
  return { first, size, startMs: queue.at(first).deadlineMs - machine.tailMs[size + 1]! - timerLeadMs };
}

function holdsOverdue(queue: DeadlineQueue<Queued>, first: number, size: number): boolean {
  if (queue.overdue === 0) return false;
  for (let index = first; index < first + size; index += 1) if (queue.at(index).overdue) return true;
  return false;
}

/** The larger batch behind the head's, unless there is time for the head's before that one leaves. */
function passesOver(
  queue: DeadlineQueue<Queued>,
  machine: Batching,
  nowMs: number,
  timerLeadMs: number,
  head: Candidate,
): Candidate | undefined {
  if (head.size >= Math.min(machine.batchSize, queue.length)) return undefined;
  const later = firstFullBatch(queue, machine, nowMs, head.size);
  if (later === undefined) return undefined;
  const behind = batchFrom(queue, machine, nowMs, timerLeadMs, later);
  const headFits = head.size > 0 && nowMs + machine.tailMs[head.size]! <= behind.startMs;
  return headFits ? undefined : behind;
}

/** The most requests from `first` on that this machine answers by the deadline of the first of them. */
export function sizeFrom(
  queue: Pick<DeadlineQueue<Queued>, 'length' | 'at'>,
  machine: Batching,
  nowMs: number,
  first: number,
): number {
  const timeMs = queue.at(first).deadlineMs - nowMs;
  let size = Math.min(machine.batchSize, queue.length - first);
  while (size > 0 && machine.tailMs[size]! > timeMs) size -= 1;
  return size;
}

/** The first request from which a full batch, or all that is left, is in time, if that is more than the head's batch. */
function firstFullBatch(
  queue: DeadlineQueue<Queued>,
  machine: Batching,
  nowMs: number,
  headSize: number,
): number | undefined {
  for (let first = 1; queue.length - first > headSize; first += 1) {
    const size = Math.min(machine.batchSize, queue.length - first);
    if (nowMs + machine.tailMs[size]! <= queue.at(first).deadlineMs) return first;
  }
  return undefined;
}
