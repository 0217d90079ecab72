/**
 * A run of the load generator over time: what became of the requests that were due in each interval. Intervals are a second
 * long, and widen where a run is long, so that one of any length takes the same memory. Pure.
 */
import type { LoadInterval } from '../domain/load.ts';
import { IntervalTable } from '../numeric/interval-table.ts';
import { LogHistogram } from '../numeric/log-histogram.ts';
import { latencyOf, NOT_SENT, type Sample, type Window } from './send-on-schedule.ts';
import { ToldBatches } from './told-batches.ts';

const INTERVAL_MS = 1000;
/** Latencies are known to half a per cent: an interval's histogram is then 19 KiB. */
const BINS_PER_OCTAVE = 70;

const NO_COUNTS = { sent: 0, served: 0, late: 0, shed: 0, expired: 0, failed: 0, begun: 0, ended: 0 };

/** Of the requests due in an interval; but `begun` and `ended` are of all, by when they were. */
type Entry = typeof NO_COUNTS & { readonly batches: ToldBatches; readonly latencies: LogHistogram };

const nothing = (): Entry => ({
  ...NO_COUNTS,
  batches: new ToldBatches(),
  latencies: new LogHistogram(BINS_PER_OCTAVE),
});

export class LoadTimeline {
  private readonly sloMs: number;
  private readonly window: Window;
  private readonly table = new IntervalTable<Entry>(INTERVAL_MS, { nothing, sumOf });

  constructor(sloMs: number, window: Window) {
    this.sloMs = sloMs;
    this.window = window;
  }

  /** @param sample of a request that was due inside the window */
  add(sample: Sample): void {
    const { intendedMs, sentMs, answeredMs, answer } = sample;
    const due = this.table.at(intendedMs - this.window.fromMs);
    due.sent += 1;
    if (answer.outcome === 'answered') {
      const latencyMs = latencyOf(sample);
      due[latencyMs <= this.sloMs ? 'served' : 'late'] += 1;
      due.latencies.add(latencyMs);
      due.batches.add(answer);
    } else due[answer.outcome] += 1;
    if (answer.reason === NOT_SENT) return;
    this.count('begun', sentMs);
    this.count('ended', answeredMs);
  }

  private count(what: 'begun' | 'ended', timeMs: number): void {
    const { fromMs, toMs } = this.window;
    if (timeMs < toMs) this.table.at(Math.max(0, timeMs - fromMs))[what] += 1;
  }

  /**
   * @param endMs of the measured part, where it ended before its time
   * @returns at most 240 intervals of equal length; none without requests
   */
  intervals(endMs: number): LoadInterval[] {
    const lastsMs = Math.min(endMs, this.window.toMs) - this.window.fromMs;
    if (this.table.entries.length === 0) return [];
    if (lastsMs > 0) this.table.at(lastsMs * (1 - Number.EPSILON));
    let unanswered = 0;
    return this.table.entries
      .map(({ batches, latencies, begun, ended, ...counts }, index) => {
        unanswered += begun - ended;
        return {
          timeMs: index * this.table.lengthMs,
          ...counts,
          ...(latencies.count > 0 && { p50Ms: latencies.quantile(0.5), maxMs: latencies.max }),
          ...batches.mean(),
          unanswered,
        };
      })
      .filter(({ timeMs, sent }) => timeMs < lastsMs || sent > 0);
  }
}

function sumOf(first: Entry, second: Entry): Entry {
  const sum = { ...first };
  for (const key of Object.keys(NO_COUNTS) as (keyof typeof NO_COUNTS)[]) sum[key] += second[key];
  sum.batches.addAll(second.batches);
  sum.latencies.addAll(second.latencies);
  return sum;
}
