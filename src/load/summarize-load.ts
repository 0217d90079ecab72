/** What a run of the load generator showed: every request is counted once, by what became of it. Pure. */
import { quantile } from '../numeric/quantile.ts';
import type { ArrivalKind } from '../simulation/arrivals.ts';
import { type Bin, histogram } from './histogram.ts';
import { NOT_SENT, type Sample } from './send-on-schedule.ts';

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
  window: { readonly fromMs: number; readonly toMs: number },
): LoadResult {
  const measured = samples.filter(
    ({ intendedMs }) => intendedMs >= window.fromMs && intendedMs < window.toMs,
  );
  const durationS = Math.max(0, window.toMs - window.fromMs) / 1000;
  const answered = measured.filter((sample) => statusOf(sample) === 200);
  const latencies = Float64Array.from(answered, latencyOf).sort();
  const lags = Float64Array.from(measured, ({ sentMs, intendedMs }) =>
    Math.max(0, sentMs - intendedMs),
  ).sort();
  const ok = latencies.filter((latencyMs) => latencyMs <= shape.sloMs).length;
  const { 200: _, 429: shed = 0, 504: expired = 0, ...failures } = countOutcomes(measured);
  const clientLagMs = { p50: quantile(lags, 0.5), p99: quantile(lags, 0.99) };
  return {
    ...shape,
    durationS,
    achievedRps: perSecond(measured.length - (failures[NOT_SENT] ?? 0), durationS),
    sent: measured.length,
    ok,
    late: latencies.length - ok,
    shed,
    expired,
    failed: measured.length - answered.length - shed - expired,
    failures,
    attainment: measured.length > 0 ? ok / measured.length : 0,
    goodputRps: perSecond(ok, durationS),
    ...(latencies.length > 0 && { latencyMs: describeLatencies(latencies) }),
    histogram: histogram(latencies),
    ...meansTold(answered),
    clientLagMs,
    warnings: doubts(shape, clientLagMs.p99, failures),
  };
}

const statusOf = ({ answer }: Sample): number | undefined => ('status' in answer ? answer.status : undefined);

const outcomeOf = ({ answer }: Sample): string => ('status' in answer ? String(answer.status) : answer.error);

/** A request that went out a moment early is not faster for it. */
const latencyOf = ({ intendedMs, sentMs, answeredMs }: Sample): number =>
  answeredMs - Math.min(intendedMs, sentMs);

const perSecond = (count: number, durationS: number): number => (durationS > 0 ? count / durationS : 0);

function countOutcomes(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sample of samples) counts[outcomeOf(sample)] = (counts[outcomeOf(sample)] ?? 0) + 1;
  return counts;
}

function describeLatencies(sorted: Float64Array): LoadLatency {
  const at = (probability: number) => quantile(sorted, probability);
  return {
    mean: meanOf(sorted),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: sorted.at(-1)!,
  };
}

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value, 0) / values.length;

/** Means of what the server told with its answers. */
function meansTold(
  answered: readonly Sample[],
): Pick<LoadResult, 'meanBatch' | 'meanQueueMs' | 'meanComputeMs'> {
  const mean = (as: string, field: 'batchSize' | 'queueMs' | 'computeMs') => {
    const told = answered.flatMap(({ answer }) =>
      'status' in answer && answer[field] !== undefined ? answer[field] : [],
    );
    return told.length > 0 ? { [as]: meanOf(told) } : {};
  };
  return {
    ...mean('meanBatch', 'batchSize'),
    ...mean('meanQueueMs', 'queueMs'),
    ...mean('meanComputeMs', 'computeMs'),
  };
}

/** The client counts into every latency: beyond this share of the SLO it says more about itself than about the server. */
const LAG_SHARE = 0.1;

function doubts(shape: LoadShape, lagP99Ms: number, failures: Readonly<Record<string, number>>): string[] {
  const warnings: string[] = [];
  if (lagP99Ms > Math.max(2, shape.sloMs * LAG_SHARE)) {
    warnings.push(
      `The load generator itself was late: 1 % of its requests left more than ${lagP99Ms.toFixed(1)} ms after their time. Lower the rate, or run it on another machine.`,
    );
  }
  if (failures[NOT_SENT]) {
    warnings.push(
      `${failures[NOT_SENT]} requests were not sent because too many were unanswered; they count as failed.`,
    );
  }
  return warnings;
}
