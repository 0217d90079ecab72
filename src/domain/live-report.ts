/** What has happened in a daemon in each of the last seconds, and what its plan says of it: what `GET /live` answers. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();
const share = z.number().nonnegative();
const rps = z.number().nonnegative();

/** `degraded`: some worker is lost. */
const LIVE_STATES = ['starting', 'ready', 'degraded', 'leaving'] as const;

/** Requests by how they ended, and those that came. */
export const COUNTED = ['offered', 'served', 'late', 'shed', 'expired', 'failed', 'cancelled'] as const;

const forEachCounted = <Schema extends z.ZodType>(schema: Schema) =>
  Object.fromEntries(COUNTED.map((what) => [what, schema])) as Record<(typeof COUNTED)[number], Schema>;

const bySecond = z.array(z.number().nonnegative());
const bySecondOrNone = z.array(ms.nullable());
/** Null where none was answered. */
const latenciesSchema = z.looseObject({ p50: ms, p99: ms, max: ms });

/** Figures by second, oldest first, all of the same length; the last is the last whole second. */
const seriesSchema = z.looseObject({
  ...forEachCounted(bySecond),
  /** Null in seconds without an answer. */
  p50Ms: bySecondOrNone,
  p99Ms: bySecondOrNone,
  maxMs: bySecondOrNone,
  /** Cores at work, on average. */
  busyCores: bySecond,
});

/** Null where no batch has run. */
const moduleSchema = z.looseObject({
  name: z.string(),
  /** Rows that its batches took. */
  rateRps: rps,
  /** Rows that clients sent to it by itself. */
  directRps: rps,
  plannedRateRps: rps,
  /** Mean of its batches. */
  batchSize: z.number().positive().nullable(),
  /** Mean of its machines' batches where they are full. */
  plannedBatchSize: z.number().positive(),
  /** Of its machines, the first rank first. */
  fullBatchSizes: z.array(z.number().int().positive()),
  /** How many batches of 1, 2, … rows have run in the last minutes. */
  batchSizes: z.array(count),
  /** Mean of its batches. */
  durationMs: ms.nullable(),
  /** What the plan says of batches of these sizes. */
  plannedDurationMs: ms.nullable(),
  /** Of its machines. */
  busy: share,
  plannedBusy: share,
  /** Most that waited in each second. */
  queued: bySecond,
});

const workerSchema = z.looseObject({
  id: count,
  module: z.string(),
  hardware: z.string(),
  cores: z.number().positive(),
  state: z.enum(['starting', 'up', 'lost']),
  /** How often it was lost. */
  losses: count,
  /** Share of the time that it computes. */
  busy: share,
  plannedBusy: share,
  batchSize: z.number().positive().nullable(),
  fullBatchSize: z.number().int().positive(),
});

const noticeSchema = z.looseObject({
  /** ISO 8601. */
  at: z.string(),
  text: z.string(),
});

/** Rates, shares and means are over the last `recentS` seconds where nothing else is said. */
export const liveReportSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('live'),
  version: z.string(),
  startedAt: z.string(),
  at: z.string(),
  state: z.enum(LIVE_STATES),
  recentS: z.number().positive(),
  plan: z.looseObject({
    application: z.string(),
    planner: z.string(),
    rateRps: z.number().positive(),
    sloMs: z.number().positive(),
    worstCaseMs: z.number().positive(),
    costPerHour: z.number().positive(),
    cores: z.number().positive(),
  }),
  series: seriesSchema,
  recent: z.looseObject({
    offeredRps: rps,
    servedRps: rps,
    /** Served in time over all that ended; null where none did. Who hung up does not count. */
    attainment: z.number().min(0).max(1).nullable(),
    latencyMs: latenciesSchema.nullable(),
  }),
  /** Of the last minutes. */
  latencyMs: latenciesSchema.nullable(),
  /** Since the daemon began. */
  totals: z.looseObject(forEachCounted(count)),
  modules: z.array(moduleSchema),
  workers: z.array(workerSchema),
  /** Latest first. */
  notices: z.array(noticeSchema),
});

export type LiveReport = z.infer<typeof liveReportSchema>;
export type Latencies = z.infer<typeof latenciesSchema>;
export type LiveState = LiveReport['state'];
export type LiveSeries = LiveReport['series'];
export type LiveModule = z.infer<typeof moduleSchema>;
export type LiveWorker = z.infer<typeof workerSchema>;
export type Notice = z.infer<typeof noticeSchema>;
export type Counted = (typeof COUNTED)[number];
