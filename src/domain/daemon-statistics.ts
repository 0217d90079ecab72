/** What a running daemon tells of itself, as far as reports read it: `GET /live`, and the protocol's statistics. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();
const share = z.number().nonnegative();
const bySecond = z.array(z.number().nonnegative());
const bySecondOrNone = z.array(ms.nullable());
const latenciesSchema = z.looseObject({ p50: ms, p99: ms, max: ms }).nullable();

const liveModuleSchema = z.looseObject({
  name: z.string(),
  rateRps: z.number().nonnegative(),
  plannedRateRps: z.number().nonnegative(),
  /** Mean of its batches; null where none ran, as the durations. */
  batchSize: z.number().positive().nullable(),
  plannedBatchSize: z.number().positive(),
  /** How many batches of 1, 2, … rows. */
  batchSizes: z.array(count),
  durationMs: ms.nullable(),
  plannedDurationMs: ms.nullable(),
  busy: share,
  plannedBusy: share,
  /** Most that waited in each second. */
  queued: bySecond,
});

/** The last minutes of a daemon, by second. */
export const liveSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('live'),
  at: z.string(),
  startedAt: z.string(),
  state: z.string(),
  plan: z.looseObject({
    application: z.string(),
    planner: z.string(),
    rateRps: z.number().positive(),
    sloMs: z.number().positive(),
    worstCaseMs: z.number().positive(),
    costPerHour: z.number().positive(),
    cores: z.number().positive(),
  }),
  series: z.looseObject({
    offered: bySecond,
    served: bySecond,
    late: bySecond,
    shed: bySecond,
    expired: bySecond,
    failed: bySecond,
    busyCores: bySecond,
    p50Ms: bySecondOrNone,
    p99Ms: bySecondOrNone,
    maxMs: bySecondOrNone,
  }),
  /** Of the last minutes. */
  latencyMs: latenciesSchema,
  /** Since the daemon began. */
  totals: z.looseObject({
    offered: count,
    served: count,
    late: count,
    shed: count,
    expired: count,
    failed: count,
  }),
  modules: z.array(liveModuleSchema),
});

const durationSchema = z.looseObject({ count, ns: z.number().nonnegative() });

/** `GET /v2/models/stats` of the Open Inference Protocol, since the server began. */
export const modelStatisticsSchema = z.looseObject({
  model_stats: z.array(
    z.looseObject({
      name: z.string(),
      /** Rows, and batches. */
      inference_count: count,
      execution_count: count,
      inference_stats: z.looseObject({
        success: durationSchema,
        fail: durationSchema,
        queue: durationSchema,
        compute_infer: durationSchema,
      }),
      batch_stats: z.array(z.looseObject({ batch_size: count, compute_infer: durationSchema })),
    }),
  ),
});

export type Live = z.infer<typeof liveSchema>;
export type ModelStatistics = z.infer<typeof modelStatisticsSchema>;
