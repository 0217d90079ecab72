/** The profile that a sweep has come to: each configuration once, in order, durations by the chosen statistic, and the fit. */
import type { Machine, Profile, ProfilePoint, Runtime, SkippedPoint, Statistic } from '../domain/profile.ts';
import { fitLatency } from '../latency/fit-latency.ts';
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

const measuredFigures = (
  batchSize: number,
  { latencyMs, runs, stable, memoryMiB, otherLoad }: Measurement,
  statistic: Statistic,
) => ({
  durationMs: latencyMs[statistic],
  latencyMs,
  runs,
  stable,
  // One batch after the other: what the mean batch takes decides how many requests a second get through.
  throughputRps: (1000 * batchSize) / latencyMs.mean,
  memoryMiB,
  otherLoad,
});
