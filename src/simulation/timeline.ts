/**
 * What happened over time, in intervals of equal length. Where a run is long they are merged in pairs, so that memory
 * does not grow with it.
 */
import type { Interval, Outcomes } from '../domain/simulation.ts';

const MOST_INTERVALS = 240;

export const NO_OUTCOMES: Outcomes = { requests: 0, served: 0, late: 0, expired: 0, shed: 0, failed: 0 };

interface Entry extends Outcomes {
  queue: number;
  tasks: number;
  batches: number;
}

export class Timeline {
  private lengthMs: number;
  private entries: Entry[] = [];

  /** @param intervalMs at first */
  constructor(intervalMs: number) {
    this.lengthMs = intervalMs;
  }

  /** A request has ended. */
  ended(outcome: Exclude<keyof Outcomes, 'requests'>, nowMs: number, underWay: number): void {
    const entry = this.at(nowMs);
    entry.requests += 1;
    entry[outcome] += 1;
    entry.queue = underWay;
  }

  started(size: number, nowMs: number): void {
    const entry = this.at(nowMs);
    entry.batches += 1;
    entry.tasks += size;
  }

  /** @param cores held throughout */
  intervals(cores: number): Interval[] {
    return this.entries.map(({ tasks, batches, ...entry }, index) => ({
      timeMs: index * this.lengthMs,
      ...entry,
      attainment: entry.requests > 0 ? entry.served / entry.requests : 1,
      violations: entry.requests - entry.served,
      cores,
      batchSize: batches > 0 ? tasks / batches : 0,
    }));
  }

  private at(nowMs: number): Entry {
    while (nowMs >= this.lengthMs * MOST_INTERVALS) this.merge();
    const index = Math.floor(nowMs / this.lengthMs);
    while (this.entries.length <= index) {
      const queue = this.entries.at(-1)?.queue ?? 0;
      this.entries.push({ ...NO_OUTCOMES, queue, tasks: 0, batches: 0 });
    }
    return this.entries[index]!;
  }

  private merge(): void {
    const merged: Entry[] = [];
    for (let index = 0; index < this.entries.length; index += 2) {
      const [first, second] = [this.entries[index]!, this.entries[index + 1]];
      merged.push(second ? sumOf(first, second) : first);
    }
    this.entries = merged;
    this.lengthMs *= 2;
  }
}

const sumOf = (a: Entry, b: Entry): Entry => ({
  requests: a.requests + b.requests,
  served: a.served + b.served,
  late: a.late + b.late,
  expired: a.expired + b.expired,
  shed: a.shed + b.shed,
  failed: a.failed + b.failed,
  tasks: a.tasks + b.tasks,
  batches: a.batches + b.batches,
  queue: b.queue,
});
