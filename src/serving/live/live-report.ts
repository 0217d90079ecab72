/** What `GET /live` answers: what has happened in each of the last seconds, and what the plan says of it. */
import type { Outcome } from '../finished-request.ts';
import type { Latencies } from './latency-bins.ts';

/** `degraded`: some worker is lost. */
export type LiveState = 'starting' | 'ready' | 'degraded' | 'leaving';

/** Requests by how they ended, and those that came. */
export type Counted = 'offered' | Outcome;

type Gappy = readonly (number | null)[];

/** Figures by second, oldest first, all of the same length; the last is the last whole second. */
export type LiveSeries = Readonly<Record<Counted, readonly number[]>> & {
  /** Null in seconds without an answer. */
  readonly p50Ms: Gappy;
  readonly p99Ms: Gappy;
  readonly maxMs: Gappy;
  /** Cores at work, on average. */
  readonly busyCores: readonly number[];
};

/** Null where no batch has run. */
export interface LiveModule {
  readonly name: string;
  /** Rows that its batches took. */
  readonly rateRps: number;
  /** Rows that clients sent to it by itself. */
  readonly directRps: number;
  readonly plannedRateRps: number;
  /** Mean of its batches. */
  readonly batchSize: number | null;
  /** Mean of its machines' batches where they are full. */
  readonly plannedBatchSize: number;
  /** Of its machines, the first rank first. */
  readonly fullBatchSizes: readonly number[];
  /** How many batches of 1, 2, … rows have run in the last minutes. */
  readonly batchSizes: readonly number[];
  /** Mean of its batches. */
  readonly durationMs: number | null;
  /** What the plan says of batches of these sizes. */
  readonly plannedDurationMs: number | null;
  /** Of its machines. */
  readonly busy: number;
  readonly plannedBusy: number;
  /** Most that waited in each second. */
  readonly queued: readonly number[];
}

export interface LiveWorker {
  readonly id: number;
  readonly module: string;
  readonly hardware: string;
  readonly cores: number;
  readonly state: 'starting' | 'up' | 'lost';
  /** How often it was lost. */
  readonly losses: number;
  /** Share of the time that it computes, 0..1. */
  readonly busy: number;
  readonly plannedBusy: number;
  readonly batchSize: number | null;
  readonly fullBatchSize: number;
}

export interface Notice {
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
}

/** Rates, shares and means are over the last `recentS` seconds where nothing else is said. */
export interface LiveReport {
  readonly schemaVersion: 1;
  readonly kind: 'live';
  readonly version: string;
  readonly startedAt: string;
  readonly at: string;
  readonly state: LiveState;
  readonly recentS: number;
  readonly plan: {
    readonly application: string;
    readonly planner: string;
    readonly rateRps: number;
    readonly sloMs: number;
    readonly worstCaseMs: number;
    readonly costPerHour: number;
    readonly cores: number;
  };
  readonly series: LiveSeries;
  readonly recent: {
    readonly offeredRps: number;
    readonly servedRps: number;
    /** Served in time over all that ended; null where none did. Who hung up does not count. */
    readonly attainment: number | null;
    readonly latencyMs: Latencies | null;
  };
  /** Of the last minutes. */
  readonly latencyMs: Latencies | null;
  /** Since the daemon began. */
  readonly totals: Readonly<Record<Counted, number>>;
  readonly modules: readonly LiveModule[];
  readonly workers: readonly LiveWorker[];
  /** Latest first. */
  readonly notices: readonly Notice[];
}
