/**
 * What happened over time, in intervals of equal length. Where a run is longer than was expected they are merged in pairs, so
 * that memory does not grow with it.
 */
import type { Interval, Outcome, Outcomes } from '../domain/simulation.ts';

const MOST_INTERVALS = 240;

export const NO_OUTCOMES: Outcomes = { requests: 0, served: 0, late: 0, expired: 0, shed: 0, failed: 0 };

interface Entry extends Outcomes {
  sent: number;
  batches: number;
  tasks: number;
}

const NOTHING: Entry = { sent: 0, ...NO_OUTCOMES, batches: 0, tasks: 0 };

export class Timeline {
  private lengthMs: number;
  private entries: Entry[] = [];

  /** @param intervalMs at first */
  constructor(intervalMs: number) {
    this.lengthMs = intervalMs;
  }

  sent(timeMs: number): void {
    this.at(timeMs).sent += 1;
  }

  ended(outcome: Outcome, timeMs: number): void {
    const entry = this.at(timeMs);
    entry.requests += 1;
    entry[outcome] += 1;
  }

  /** A batch of so many tasks. */
  started(size: number, timeMs: number): void {
    const entry = this.at(timeMs);
    entry.batches += 1;
    entry.tasks += size;
  }

  /** @param cores held throughout */
  intervals(cores: number): Interval[] {
    let underWay = 0;
    return this.entries.map(({ batches, tasks, ...entry }, index) => {
      const { sent, requests, served } = entry;
      underWay += sent - requests;
      return {
        timeMs: index * this.lengthMs,
        ...entry,
        attainment: requests > 0 ? served / requests : 1,
        queue: underWay,
        violations: requests - served,
        cores,
        batchSize: batches > 0 ? tasks / batches : 0,
      };
    });
  }

  private at(timeMs: number): Entry {
    while (timeMs >= this.lengthMs * MOST_INTERVALS) this.merge();
    const index = Math.floor(timeMs / this.lengthMs);
    while (this.entries.length <= index) this.entries.push({ ...NOTHING });
    return this.entries[index]!;
  }

  private merge(): void {
    const pairs = Math.ceil(this.entries.length / 2);
    this.entries = Array.from({ length: pairs }, (_, pair) =>
      sumOf(this.entries[2 * pair]!, this.entries[2 * pair + 1] ?? NOTHING),
    );
    this.lengthMs *= 2;
  }
}

function sumOf(first: Entry, second: Entry): Entry {
  const sum = { ...first };
  for (const key of Object.keys(NOTHING) as (keyof Entry)[]) sum[key] += second[key];
  return sum;
}
