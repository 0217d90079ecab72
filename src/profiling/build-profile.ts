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

/** A configuration that was not measured, by figure. */
export interface PredictedPoint {
  readonly config: PointConfig;
  readonly durationMs: Readonly<Record<Statistic, number>>;
  readonly spreadMs: Readonly<Record<Statistic, number>>;
}

/**
 * @param swept in the order they came: a later outcome of a configuration replaces an earlier one
 * @param predicted configurations that `swept` has not
 */
export function buildProfile(
  { hardware, statistic, model, ...header }: ProfileHeader,
  swept: readonly SweptPoint[],
  predicted: readonly PredictedPoint[] = [],
): Profile {
  const latest = new Map(swept.map((point) => [configKey(point.config), point]));
  const points: ProfilePoint[] = [];
  const skipped: SkippedPoint[] = [];
  for (const { config, outcome } of [...latest.values()].sort((a, b) => byConfig(a.config, b.config))) {
    const at = { hardware, cores: config.cores, batchSize: config.batchSize };
    if (outcome.kind === 'skipped') skipped.push({ ...at, reason: outcome.reason });
    else points.push({ ...at, ...measuredFigures(config.batchSize, outcome, statistic) });
  }
  const fit = fitLatency(points, statistic);
  const unmeasured = predicted.map((point) => predictedFigures(hardware, point, statistic, points));
  return {
    schemaVersion: 1,
    kind: 'profile',
    model,
    statistic,
    points: [...points, ...unmeasured].sort(byConfig),
    skipped,
    ...(fit && { fit }),
    ...header,
  };
}

export const configKey = ({ cores, batchSize }: PointConfig): string => `${batchSize} on ${cores}`;

const byConfig = (a: PointConfig, b: PointConfig): number => a.cores - b.cores || a.batchSize - b.batchSize;

function measuredFigures(batchSize: number, measurement: Measurement, statistic: Statistic) {
  const latencyMs = rounded(measurement.latencyMs);
  return {
    durationMs: latencyMs[statistic],
    latencyMs,
    runs: measurement.runs,
    stable: measurement.stable,
    // One batch after the other: what the mean batch takes decides how many requests a second get through.
    throughputRps: roundTo((1000 * batchSize) / latencyMs.mean, 2),
    ...(measurement.spreadMs && { spreadMs: roundedByStatistic(measurement.spreadMs) }),
    ...(measurement.yardstickMs !== undefined && { yardstickMs: ms(measurement.yardstickMs) }),
    memoryMiB: roundTo(measurement.memoryMiB, 1),
    ...deviceFigures(measurement),
    otherLoad: roundTo(measurement.otherLoad, 3),
    ...(measurement.contention !== undefined && { contention: roundTo(measurement.contention, 3) }),
  };
}

/** Where the driver of a device tells them. */
const deviceFigures = ({ deviceMemoryMiB, deviceOtherLoad, deviceThrottled }: Measurement) => ({
  ...(deviceMemoryMiB !== undefined && { deviceMemoryMiB: roundTo(deviceMemoryMiB, 1) }),
  ...(deviceOtherLoad !== undefined && { deviceOtherLoad: roundTo(deviceOtherLoad, 3) }),
  ...(deviceThrottled !== undefined && { deviceThrottled }),
});

/** Its memory is that of a measured point that is no smaller: what a larger batch had suffices. */
function predictedFigures(
  hardware: string,
  { config, durationMs, spreadMs }: PredictedPoint,
  statistic: Statistic,
  measured: readonly ProfilePoint[],
): ProfilePoint {
  const { cores, batchSize } = config;
  const memories = measured
    .filter((point) => point.cores >= cores && point.batchSize >= batchSize)
    .flatMap(({ memoryMiB = [] }) => memoryMiB);
  return {
    hardware,
    cores,
    batchSize,
    durationMs: durationMs[statistic],
    predicted: true,
    predictedMs: durationMs,
    spreadMs,
    throughputRps: roundTo((1000 * batchSize) / durationMs.mean, 2),
    ...(memories.length > 0 && { memoryMiB: Math.min(...memories) }),
  };
}

/** Nanoseconds, for durations in ms: the clock tells no more. */
const DECIMALS = 6;

const ms = (value: number): number => roundTo(value, DECIMALS);

const roundedByStatistic = ({ mean, p50, p95, p99 }: Readonly<Record<Statistic, number>>) => ({
  mean: ms(mean),
  p50: ms(p50),
  p95: ms(p95),
  p99: ms(p99),
});

function rounded({ min, max, stddev, ...figures }: LatencySummary): LatencySummary {
  return {
    ...roundedByStatistic(figures),
    min: ms(min),
    max: ms(max),
    stddev: ms(stddev),
  };
}
