/** What a run of the load generator showed: every request is counted once, by what became of it. Pure. */
import { quantile } from '../numeric/quantile.ts';
import type { ArrivalKind } from '../simulation/arrivals.ts';
import { type Bin, histogram } from './histogram.ts';
import { type Answer, NOT_SENT, type Sample } from './send-on-schedule.ts';

/** What was asked for. */
export interface LoadShape {
  readonly url: string;
  readonly model: string;
  readonly rateRps: number;
  readonly arrivals: ArrivalKind;
  readonly rows: number;
  readonly sloMs: number;
  readonly seed: number;
}

export interface LoadLatency {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadResult extends LoadShape {
  /** Of the measured part, without warm-up. */
  readonly durationS: number;
  /** Requests that left the client per second. */
  readonly achievedRps: number;
  /** Requests that were due: ok + late + shed + expired + failed. */
  readonly sent: number;
  /** Answered within the SLO. */
  readonly ok: number;
  /** Answered after it. */
  readonly late: number;
  /** Refused on arrival (429). */
  readonly shed: number;
  /** Given up in the queue (504). */
  readonly expired: number;
  readonly failed: number;
  /** The failed ones by status or error. */
  readonly failures: Readonly<Record<string, number>>;
  /** ok / sent */
  readonly attainment: number;
  readonly goodputRps: number;
  /** From the intended sending to the end of the answer, of all that were answered; absent where none was. */
  readonly latencyMs?: LoadLatency;
  /** Of the same answers. */
  readonly histogram: readonly Bin[];
  /** What the server told, where it did. */
  readonly meanBatch?: number;
  readonly meanQueueMs?: number;
  readonly meanComputeMs?: number;
  /** How late the client itself sent. */
  readonly clientLagMs: { readonly p50: number; readonly p99: number };
  /** Doubts about these figures. */
  readonly warnings: readonly string[];
}

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
