/** What a run of the load generator showed: every request is counted once, by what became of it. Pure. */
import { quantile } from '../numeric/quantile.ts';
import { histogram } from './histogram.ts';
import type { LoadLatency, LoadResult, LoadShape } from './load-result.ts';
import { type Answer, NOT_SENT, type Sample } from './send-on-schedule.ts';

/**
 * @param samples of all requests
 * @param window the measured part of the run, in ms since its start: requests intended in [from, to)
 */
export function summarizeLoad(
  shape: LoadShape,
  samples: readonly Sample[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): LoadResult {
  const durationS = Math.max(0, toMs - fromMs) / 1000;
  const perSecond = (count: number): number => (durationS > 0 ? count / durationS : 0);
  const measured = samples.filter(({ intendedMs }) => intendedMs >= fromMs && intendedMs < toMs);
  const { 200: answered = [], 429: shed = [], 504: expired = [], ...failed } = byOutcome(measured);
  const failures = Object.fromEntries(Object.entries(failed).map(([outcome, of]) => [outcome, of.length]));
  const leftInTime = measured.filter(({ sentMs, answer }) => sentMs < toMs && answer.outcome !== NOT_SENT);
  const latencies = Float64Array.from(answered, latencyOf).sort();
  const ok = latencies.filter((latencyMs) => latencyMs <= shape.sloMs).length;
  const lags = Float64Array.from(measured, lagOf).sort();
  const clientLagMs = lags.length > 0 ? { p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) } : NO_LAG;
  return {
    ...shape,
    durationS,
    achievedRps: perSecond(leftInTime.length),
    sent: measured.length,
    ok,
    late: answered.length - ok,
    shed: shed.length,
    expired: expired.length,
    failed: measured.length - answered.length - shed.length - expired.length,
    failures,
    attainment: measured.length > 0 ? ok / measured.length : 0,
    goodputRps: perSecond(ok),
    ...(latencies.length > 0 && { latencyMs: describeLatencies(latencies) }),
    histogram: histogram(latencies),
    ...meanTold('meanBatch', answered, ({ batchSize }) => batchSize),
    ...meanTold('meanQueueMs', answered, ({ queueMs }) => queueMs),
    ...meanTold('meanComputeMs', answered, ({ computeMs }) => computeMs),
    clientLagMs,
    warnings: doubts(shape.sloMs, clientLagMs.p99, failures[NOT_SENT] ?? 0),
  };
}

/** A request that went out a moment early is not faster for it. */
const latencyOf = ({ intendedMs, sentMs, answeredMs }: Sample): number =>
  answeredMs - Math.min(intendedMs, sentMs);

const lagOf = ({ intendedMs, sentMs }: Sample): number => Math.max(0, sentMs - intendedMs);

const NO_LAG = { p50: 0, p99: 0 };

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0) / values.length;

function byOutcome(samples: readonly Sample[]): Record<string, Sample[]> {
  const groups: Record<string, Sample[]> = {};
  for (const sample of samples) {
    groups[sample.answer.outcome] ??= [];
    groups[sample.answer.outcome]!.push(sample);
  }
  return groups;
}

function describeLatencies(sorted: Float64Array): LoadLatency {
  const at = (probability: number) => quantile(sorted, probability);
  return { mean: meanOf(sorted), p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The mean of something that the server told with its answers, under a name; nothing where it did not. */
function meanTold<Name extends string>(
  name: Name,
  answered: readonly Sample[],
  read: (answer: Answer) => number | undefined,
): { [key in Name]?: number } {
  const told = answered.map(({ answer }) => read(answer)).filter((value) => value !== undefined);
  return told.length > 0 ? ({ [name]: meanOf(told) } as { [key in Name]: number }) : {};
}

/** The client's own lateness counts into every latency: tolerated up to a share of the SLO, or what timers do anyway. */
const LAG_SHARE = 0.1;
const TIMER_LAG_MS = 2;

function doubts(sloMs: number, lagP99Ms: number, notSent: number): string[] {
  const warnings: string[] = [];
  if (lagP99Ms > Math.max(sloMs * LAG_SHARE, TIMER_LAG_MS)) {
    warnings.push(
      `The load generator itself was late: 1 % of its requests left more than ${lagP99Ms.toFixed(1)} ms after their time. Lower the rate, or run it on another machine.`,
    );
  }
  if (notSent > 0) {
    warnings.push(
      `${notSent} requests were not sent because too many were unanswered; they count as failed.`,
    );
  }
  return warnings;
}
