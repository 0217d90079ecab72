/** What became of the requests of a simulated run over time, in intervals of equal length. */
import type { Interval, Outcome, Outcomes } from '../domain/simulation.ts';
import { IntervalTable } from '../numeric/interval-table.ts';

export const NO_OUTCOMES: Outcomes = { requests: 0, served: 0, late: 0, expired: 0, shed: 0, failed: 0 };

interface Entry extends Outcomes {
  sent: number;
  batches: number;
  tasks: number;
  overloads: number;
}

const NOTHING: Entry = { sent: 0, ...NO_OUTCOMES, batches: 0, tasks: 0, overloads: 0 };

export class Timeline {
  private readonly table: IntervalTable<Entry>;

  /** @param intervalMs at first; they widen where a run is longer than was expected */
  constructor(intervalMs: number) {
    this.table = new IntervalTable(intervalMs, { nothing: () => ({ ...NOTHING }), sumOf });
  }

  sent(timeMs: number): void {
    this.table.at(timeMs).sent += 1;
  }

  /** More is under way than can be in time. */
  overloaded(timeMs: number): void {
    this.table.at(timeMs).overloads += 1;
  }

  ended(outcome: Outcome, timeMs: number): void {
    const entry = this.table.at(timeMs);
    entry.requests += 1;
    entry[outcome] += 1;
  }

  /** A batch of so many tasks. */
  started(size: number, timeMs: number): void {
    const entry = this.table.at(timeMs);
    entry.batches += 1;
    entry.tasks += size;
  }

  /** @param cores held throughout */
  intervals(cores: number): Interval[] {
    let underWay = 0;
    return this.table.entries.map(({ batches, tasks, overloads, ...entry }, index) => {
      const { sent, requests, served } = entry;
      underWay += sent - requests;
      return {
        timeMs: index * this.table.lengthMs,
        ...entry,
        attainment: requests > 0 ? served / requests : 1,
        queue: underWay,
        violations: requests - served,
        feasible: overloads === 0,
        cores,
        batchSize: batches > 0 ? tasks / batches : 0,
      };
    });
  }
}

function sumOf(first: Entry, second: Entry): Entry {
  const sum = { ...first };
  for (const key of Object.keys(NOTHING) as (keyof Entry)[]) sum[key] += second[key];
  return sum;
}
