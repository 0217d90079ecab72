/** The profile that a sweep has come to: each configuration once, in order, durations by the chosen statistic, and the fit. */
import type {
  LatencySummary,
  Machine,
  Profile,
  ProfilePoint,
  Runtime,
  SkippedPoint,
  Statistic,
} from '../domain/profile.ts';
import { fitLatency } from '../latency/fit-latency.ts';
import { roundTo } from '../numeric/round-to.ts';
import type { Measurement, PointConfig, PointOutcome } from './measure-point.ts';

/** What is the same for all points. */
export interface ProfileHeader {
  readonly hardware: string;
  readonly statistic: Statistic;
  readonly model: Profile['model'];
  readonly machine: Machine;
  readonly runtime: Runtime;
  readonly method: Readonly<Record<string, unknown>>;
  /** ISO 8601. */
  readonly measuredAt: string;
}

export interface SweptPoint {
  readonly config: PointConfig;
  readonly outcome: PointOutcome;
}

/** @param swept in the order they came: a later outcome of a configuration replaces an earlier one */
export function buildProfile(
  { hardware, statistic, model, ...header }: ProfileHeader,
  swept: readonly SweptPoint[],
): Profile {
  const latest = new Map(swept.map((point) => [configKey(point.config), point]));
  const points: ProfilePoint[] = [];
  const skipped: SkippedPoint[] = [];
  for (const { config, outcome } of [...latest.values()].sort(byConfig)) {
    const at = { hardware, cores: config.cores, batchSize: config.batchSize };
    if (outcome.kind === 'skipped') skipped.push({ ...at, reason: outcome.reason });
    else points.push({ ...at, ...measuredFigures(config.batchSize, outcome, statistic) });
  }
  const fit = fitLatency(points, statistic);
  return {
    schemaVersion: 1,
    kind: 'profile',
    model,
    statistic,
    points,
    skipped,
    ...(fit && { fit }),
    ...header,
  };
}

export const configKey = ({ cores, batchSize }: PointConfig): string => `${batchSize} on ${cores}`;

const byConfig = ({ config: a }: SweptPoint, { config: b }: SweptPoint): number =>
  a.cores - b.cores || a.batchSize - b.batchSize;

function measuredFigures(batchSize: number, measurement: Measurement, statistic: Statistic) {
  const latencyMs = rounded(measurement.latencyMs);
  return {
    durationMs: latencyMs[statistic],
    latencyMs,
    runs: measurement.runs,
    stable: measurement.stable,
    // One batch after the other: what the mean batch takes decides how many requests a second get through.
    throughputRps: roundTo((1000 * batchSize) / latencyMs.mean, 2),
    memoryMiB: roundTo(measurement.memoryMiB, 1),
    otherLoad: roundTo(measurement.otherLoad, 3),
  };
}

/** Nanoseconds, for durations in ms: the clock tells no more. */
const DECIMALS = 6;

function rounded({ mean, p50, p95, p99, min, max, stddev }: LatencySummary): LatencySummary {
  const ms = (value: number): number => roundTo(value, DECIMALS);
  return {
    mean: ms(mean),
    p50: ms(p50),
    p95: ms(p95),
    p99: ms(p99),
    min: ms(min),
    max: ms(max),
    stddev: ms(stddev),
  };
}
