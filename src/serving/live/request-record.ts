/** What became of the application's requests, by second: a request of several rows counts as that many. */
import { COUNTED, type Counted } from '../../domain/live-report.ts';
import type { Outcome } from '../finished-request.ts';
import { LatencyBins } from './latency-bins.ts';
import { SecondTable } from './second-table.ts';

export class RequestRecord {
  /** Of those that were answered. */
  readonly latencies = new LatencyBins();
  private readonly counts = new SecondTable(COUNTED.length);
  private readonly totals = new Float64Array(COUNTED.length);

  arrived(rows: number, nowMs: number): void {
    this.count('offered', rows, nowMs);
  }

  /** @param durationMs from its arrival to `nowMs` */
  ended(outcome: Outcome, rows: number, durationMs: number, nowMs: number): void {
    this.count(outcome, rows, nowMs);
    if (outcome === 'served' || outcome === 'late') this.latencies.add(Math.floor(nowMs / 1000), durationMs);
  }

  /** Over `seconds` seconds, the last of them `last`. */
  sum(what: Counted, last: number, seconds: number): number {
    return this.counts.sum(COUNTED.indexOf(what), last, seconds);
  }

  /** Since the daemon began. */
  total(what: Counted): number {
    return this.totals[COUNTED.indexOf(what)]!;
  }

  private count(what: Counted, rows: number, nowMs: number): void {
    const column = COUNTED.indexOf(what);
    this.counts.add(Math.floor(nowMs / 1000), column, rows);
    this.totals[column]! += rows;
  }
}
