/**
 * The dispatch rule `earliest-start`: earliest-deadline-first over batches (ours). Every machine's next batch is a job that
 * collects from s − g on; a request joins the open batch that starts first, and a batch starts short when its first
 * request has waited g. Requests are bound to a machine when they start, not when they come. O(machines) a choice.
 *
 * | symbol | here | meaning |
 * |---|---|---|
 * | s | freeMs | when the machine can start its next batch |
 * | g | windowMs | how long a batch may collect, W − d |
 */
import type { DeadlineQueue, Queued } from '../deadline-queue.ts';
import { sizeFrom } from './deferred-window.ts';
import { type Choice, type DispatchRule, type MachineType, NOTHING } from './dispatcher.ts';

interface Place {
  readonly worker: number;
  readonly machine: MachineType;
  isUp: boolean;
  isBusy: boolean;
  /** When it ended its last batch, or will by its planned duration. */
  freeMs: number;
}

export const earliestStart: DispatchRule = ({ machineTypes, workers, timerLeadMs }) => {
  /** By rising `freeMs`; at first in rank order. */
  const places = workers.map(
    ({ id, type }): Place => ({
      worker: id,
      machine: machineTypes[type]!,
      isUp: false,
      isBusy: false,
      freeMs: Number.NEGATIVE_INFINITY,
    }),
  );
  const byWorker = new Map(places.map((place) => [place.worker, place]));

  return {
    perWorker: true,
    choose: (queue, _, worker, nowMs) => {
      let first = 0;
      let untilMs = Number.POSITIVE_INFINITY;
      for (const place of places) {
        if (place.worker === worker) return chooseFrom(queue, place.machine, nowMs, timerLeadMs, first);
        if (!isOpen(place, nowMs)) continue;
        first += sizeFrom(queue, place.machine, Math.max(nowMs, place.freeMs), first);
        // Should it not be free then, they are for others.
        if (place.isBusy) untilMs = Math.min(untilMs, place.freeMs);
        if (first === queue.length) break;
      }
      return untilMs < Number.POSITIVE_INFINITY ? { kind: 'wait', untilMs } : NOTHING;
    },
    started: (worker, _, size, nowMs) => {
      const place = byWorker.get(worker)!;
      place.isBusy = true;
      setFree(places, place, nowMs + place.machine.tailMs[size]!);
    },
    ended: (worker, _, nowMs) => {
      const place = byWorker.get(worker)!;
      place.isBusy = false;
      setFree(places, place, nowMs);
    },
    up: (worker) => {
      byWorker.get(worker)!.isUp = true;
    },
    down: (worker) => {
      const place = byWorker.get(worker)!;
      place.isUp = false;
      place.isBusy = false;
    },
  };
};

/** Whether its next batch collects. Nobody waits for a machine that should be free by now and still runs. */
const isOpen = ({ isUp, isBusy, freeMs, machine }: Place, nowMs: number): boolean =>
  isUp && freeMs - machine.windowMs <= nowMs && !(isBusy && freeMs <= nowMs);

/** Moves the place to where its new time belongs, behind equal ones. */
function setFree(places: Place[], place: Place, freeMs: number): void {
  places.splice(places.indexOf(place), 1);
  place.freeMs = freeMs;
  let at = places.length;
  while (at > 0 && places[at - 1]!.freeMs > freeMs) at -= 1;
  places.splice(at, 0, place);
}

/** What an idle machine does with the requests from `first` on. */
function chooseFrom(
  queue: DeadlineQueue<Queued>,
  machine: MachineType,
  nowMs: number,
  timerLeadMs: number,
  first: number,
): Choice {
  const size = sizeFrom(queue, machine, nowMs, first);
  if (size === 0) return NOTHING;
  if (size === machine.batchSize) return { kind: 'start', first, size, reason: 'full' };
  const { deadlineMs, overdue } = queue.at(first);
  const untilMs = deadlineMs - machine.tailMs[machine.batchSize]! - timerLeadMs;
  return overdue || nowMs >= untilMs
    ? { kind: 'start', first, size, reason: 'deadline' }
    : { kind: 'wait', untilMs };
}
