/**
 * What a run of the load generator showed: every request is counted once, by what became of it. Latencies go into
 * histograms of half a per mille, so that a run of any length takes the same memory. Pure.
 */
import type { LoadLatency, LoadResult, LoadShape } from '../domain/load.ts';
import { LogHistogram } from '../numeric/log-histogram.ts';
import { histogram } from './histogram.ts';
import type { Outcome } from './infer-client.ts';
import { LoadTimeline } from './load-timeline.ts';
import { latencyOf, NOT_SENT, type Sample, type Window } from './send-on-schedule.ts';
import { ToldBatches } from './told-batches.ts';
import { ToldMean } from './told-mean.ts';

/** The client's own lateness counts into every latency: tolerated up to a share of the SLO, or what timers do anyway. */
const LAG_SHARE = 0.1;
const TIMER_LAG_MS = 2;
/** It keeps up while it sends this share of what is due, */
const KEEPS_UP = 0.98;
/** and can be believed about times while its event loop has some of its time to spare. */
const MOST_BUSY = 0.9;

export class LoadRecord {
  private readonly sloMs: number;
  private readonly window: Window;
  private readonly latencies = new LogHistogram();
  private readonly lags = new LogHistogram();
  private readonly outcomes: Record<Outcome, number> = { answered: 0, shed: 0, expired: 0, failed: 0 };
  private readonly failures: Record<string, number> = {};
  private readonly failureMessages: Record<string, string> = {};
  private readonly batches = new ToldBatches();
  private readonly queue = new ToldMean();
  private readonly compute = new ToldMean();
  private readonly network = new ToldMean();
  private readonly timeline: LoadTimeline;
  private served = 0;
  private leftInTime = 0;

  constructor(sloMs: number, window: Window) {
    this.sloMs = sloMs;
    this.window = window;
    this.timeline = new LoadTimeline(sloMs, window);
  }

  add(sample: Sample): void {
    const { intendedMs, dueMs, sentMs, answer } = sample;
    const { fromMs, toMs } = this.window;
    if (intendedMs < fromMs || intendedMs >= toMs) return;
    this.timeline.add(sample);
    const lagMs = Math.max(0, sentMs - dueMs);
    this.lags.add(lagMs);
    if (intendedMs + lagMs < toMs && answer.reason !== NOT_SENT) this.leftInTime += 1;
    this.outcomes[answer.outcome] += 1;
    if (answer.outcome === 'failed') this.addFailure(answer.reason!, answer.message);
    if (answer.outcome !== 'answered') return;
    const latencyMs = latencyOf(sample);
    this.latencies.add(latencyMs);
    if (latencyMs <= this.sloMs) this.served += 1;
    this.batches.add(answer);
    this.queue.add(answer.queueMs);
    this.compute.add(answer.computeMs);
    this.network.add(dueMs - intendedMs);
  }

  private addFailure(reason: string, message: string | undefined): void {
    this.failures[reason] = (this.failures[reason] ?? 0) + 1;
    if (message !== undefined) this.failureMessages[reason] ??= message;
  }

  /**
   * @param endMs of the measured part, where it ended before its time
   * @param busyFraction of the client's event loop
   */
  summarize(shape: LoadShape, endMs: number, busyFraction: number): LoadResult {
    const durationS = Math.max(0, Math.min(endMs, this.window.toMs) - this.window.fromMs) / 1000;
    const perSecond = (count: number): number => (durationS > 0 ? count / durationS : 0);
    const { answered, shed, expired, failed } = this.outcomes;
    const sent = answered + shed + expired + failed;
    const clientLagMs = { p50: this.lags.quantile(0.5), p99: this.lags.quantile(0.99) };
    const limits = this.clientLimits(clientLagMs.p99, sent, busyFraction);
    return {
      schemaVersion: 1,
      kind: 'load',
      ...shape,
      durationS,
      intendedRps: perSecond(sent),
      achievedRps: perSecond(this.leftInTime),
      sent,
      served: this.served,
      late: answered - this.served,
      shed,
      expired,
      failed,
      failures: this.failures,
      failureMessages: this.failureMessages,
      attainment: sent > 0 ? this.served / sent : 0,
      goodputRps: perSecond(this.served),
      ...(answered > 0 && { latencyMs: describeLatencies(this.latencies) }),
      histogram: histogram(this.latencies),
      timeline: this.timeline.intervals(endMs),
      ...this.batches.mean(),
      ...this.queue.as('meanQueueMs'),
      ...this.compute.as('meanComputeMs'),
      ...this.batches.modules(),
      ...(shape.network && this.network.as('meanNetworkMs')),
      clientLagMs,
      clientBusyFraction: busyFraction,
      clientWasLimit: limits.length > 0,
      warnings: this.doubts(limits),
    };
  }

  /** Why the client may have been the limit, and not the server. */
  private clientLimits(lagP99Ms: number, sent: number, busyFraction: number): string[] {
    const notSent = this.failures[NOT_SENT] ?? 0;
    const kept = sent === notSent ? 1 : this.leftInTime / (sent - notSent);
    return [
      lagP99Ms > Math.max(this.sloMs * LAG_SHARE, TIMER_LAG_MS) &&
        `1 % of its requests left more than ${lagP99Ms.toFixed(1)} ms after their time`,
      kept < KEEPS_UP && `only ${(100 * kept).toFixed(1)} % of what was due left in time`,
      busyFraction > MOST_BUSY && `it computed ${(100 * busyFraction).toFixed(0)} % of the time`,
    ].filter((reason) => reason !== false);
  }

  private doubts(limits: readonly string[]): string[] {
    const warnings: string[] = [];
    if (limits.length > 0) {
      warnings.push(
        `The load generator itself was the limit: ${limits.join('; ')}. Lower the rate, or run it on another machine.`,
      );
    }
    const notSent = this.failures[NOT_SENT] ?? 0;
    if (notSent > 0) {
      warnings.push(
        `${notSent} requests were not sent because too many were unanswered; they count as failed.`,
      );
    }
    return warnings;
  }
}

function describeLatencies(latencies: LogHistogram): LoadLatency {
  const at = (share: number) => latencies.quantile(share);
  return {
    mean: latencies.mean,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: latencies.max,
  };
}
