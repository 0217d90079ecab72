/**
 * How many requests would miss their deadlines if workers that are alike went on like this: the production dispatch rule
 * `eager`, rolled over what waits and what is expected. Some ten nanoseconds a request.
 */
import { sizeFrom } from '../policy/dispatch/deferred-window.ts';
import type { MachineType } from '../policy/dispatch/dispatcher.ts';

/** What a worker of so many cores is. */
export type Machine = Pick<MachineType, 'batchSize' | 'tailMs'>;

/** What comes, and by when it wants an answer; both rising. */
export interface Expected {
  readonly arrivalsMs: Float64Array;
  readonly deadlinesMs: Float64Array;
}

const NOTHING: Expected = { arrivalsMs: new Float64Array(0), deadlinesMs: new Float64Array(0) };

/** The place of the least. */
function firstOf(timesMs: Float64Array): number {
  let first = 0;
  for (let at = 1; at < timesMs.length; at++) if (timesMs[at]! < timesMs[first]!) first = at;
  return first;
}

/** The queue of a roll: what waits already, and those of the expected that have come by then, in deadline order. */
export class RollForward {
  private queueMs: Float64Array = new Float64Array(0);
  private taken = 0;
  private expected = NOTHING;
  private come = 0;
  private gone = 0;
  private readonly head = { deadlineMs: 0, sequence: 0 };

  /**
   * @param queueMs deadlines of what waits, rising
   * @param freesMs when each worker can start; is changed
   * @param most the roll ends when more than so many have missed
   */
  misses(
    queueMs: Float64Array,
    expected: Expected,
    freesMs: Float64Array,
    machine: Machine,
    most: number,
  ): number {
    this.queueMs = queueMs;
    this.expected = expected;
    this.taken = 0;
    this.come = 0;
    this.gone = 0;
    const { arrivalsMs } = expected;
    let misses = 0;
    while (misses <= most) {
      const worker = firstOf(freesMs);
      const nowMs = freesMs[worker]!;
      while (this.come < arrivalsMs.length && arrivalsMs[this.come]! <= nowMs) this.come += 1;
      if (this.length === 0) {
        if (this.come === arrivalsMs.length) break;
        freesMs[worker] = arrivalsMs[this.come]!;
        continue;
      }
      const size = sizeFrom(this, machine, nowMs, 0);
      if (size === 0) misses += 1;
      else freesMs[worker] = nowMs + machine.tailMs[size]!;
      this.take(Math.max(1, size));
    }
    return misses;
  }

  get length(): number {
    return this.queueMs.length - this.taken + this.come - this.gone;
  }

  /** The head; the rule asks for nothing else. */
  at(): { readonly deadlineMs: number; readonly sequence: number } {
    this.head.deadlineMs = this.isQueueFirst()
      ? this.queueMs[this.taken]!
      : this.expected.deadlinesMs[this.gone]!;
    return this.head;
  }

  private take(count: number): void {
    for (let left = count; left > 0; left--) {
      if (this.isQueueFirst()) this.taken += 1;
      else this.gone += 1;
    }
  }

  private isQueueFirst(): boolean {
    const { queueMs, taken, expected, come, gone } = this;
    if (gone === come) return true;
    return taken < queueMs.length && queueMs[taken]! <= expected.deadlinesMs[gone]!;
  }
}
