/** What a run of the load generator showed, as `harp load --json` prints it. */
import type { Bin } from './histogram.ts';

/** What was asked for. */
export interface LoadShape {
  readonly url: string;
  readonly model: string;
  /** The mean of the arrivals. */
  readonly rateRps: number;
  /** As `parseArrivals` reads them. */
  readonly arrivals: string;
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

/** What a plan promised for this load. */
export interface PlannedLoad {
  readonly rateRps: number;
  readonly sloMs: number;
  readonly worstCaseMs: number;
  readonly costPerHour: number;
}

export interface LoadResult extends LoadShape {
  /** Of the plan that the server was said to enforce. */
  readonly planned?: PlannedLoad;
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
