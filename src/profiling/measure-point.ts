/** The port between a sweep and what it measures with: a process around onnxruntime, or a fake in tests. */
import type { LatencySummary, Statistic } from '../domain/profile.ts';

/** One configuration of the sweep. */
export interface PointConfig {
  readonly cores: number;
  readonly batchSize: number;
}

/** How long a point is measured. */
export interface MeasuringLimits {
  /** Before anything counts: at least this long, and at least so many runs. */
  readonly warmUpMs: number;
  readonly warmUpRuns: number;
  /** Counted runs: at least this long, and at least so many. */
  readonly minDurationMs: number;
  readonly minRuns: number;
  /** Where it ends, settled or not. */
  readonly maxDurationMs: number;
}

export interface Measurement {
  /** Durations of single batches. */
  readonly latencyMs: LatencySummary;
  readonly runs: number;
  readonly stable: boolean;
  /** How far each figure may be off, ± ms; not known of points that an older version measured. */
  readonly spreadMs?: Readonly<Record<Statistic, number>>;
  /** What a fixed piece of arithmetic took meanwhile, ms; not known of points that an older version measured. */
  readonly yardstickMs?: number;
  /** Peak resident memory of the process. */
  readonly memoryMiB: number;
  /** Of accelerators, where their driver tells: see DeviceUse. */
  readonly deviceMemoryMiB?: number;
  readonly deviceOtherLoad?: number;
  readonly deviceThrottled?: boolean;
  /** Share (0..1) of the time that others kept it from its cores. */
  readonly contention?: number;
  /** Share of the machine (0..1) that others used meanwhile. */
  readonly otherLoad: number;
}

export type PointOutcome =
  | ({ readonly kind: 'measured' } & Measurement)
  | { readonly kind: 'skipped'; readonly reason: string };

/**
 * Measures one point, or says why this one cannot be measured.
 * @throws HarpError where no point can be: the model is refused, the provider is not there
 * @throws the signal's reason once it is aborted, with nothing left running
 */
export type MeasurePoint = (config: PointConfig, signal: AbortSignal) => Promise<PointOutcome>;
