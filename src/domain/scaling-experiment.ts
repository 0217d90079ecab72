/** What scaling policies did under the same requests over a changing network: the file of `harp simulate --scaling`. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

export const scalingIntervalSchema = z.looseObject({
  /** Of the tick. */
  timeMs: ms,
  /** In force after it: of all instances. */
  cores: z.number().positive(),
  instances: z.number().int().positive(),
  batchSize: z.number().int().positive(),
  /** Whether the policy expects every request to be in time, */
  feasible: z.boolean(),
  /** and how many it expects not to be, where it can tell. */
  expectedMisses: z.number().nonnegative().optional(),
  queue: count,
  /** Of the requests that ended since the tick before. */
  violations: count,
  /** What the network takes of a request sent then. */
  networkMs: ms,
});

/** Sums over all runs of a condition, `meanCores` their mean. */
export const scalingOutcomeSchema = z.looseObject({
  policy: z.string(),
  requests: count,
  /** requests = served + late + expired + shed */
  served: count,
  late: count,
  expired: count,
  shed: count,
  /** Not answered in time, of all that were sent, 0..1. */
  violationShare: z.number().min(0).max(1),
  meanCores: z.number().positive(),
  /** Held, until the running batch ends; of a run. */
  coreSeconds: z.number().positive(),
  /** Decisions that changed cores or instances, of a run. */
  resizes: z.number().nonnegative(),
  /** One entry per control interval, of the first run of the first condition. */
  timeline: z.array(scalingIntervalSchema).optional(),
});

export const scalingConditionSchema = z.looseObject({
  arrivals: z.string(),
  serviceTimes: z.string(),
  /** The best that can be done with the future known, where durations are exact. */
  best: z
    .looseObject({ violationShare: z.number().min(0).max(1), meanCores: z.number().positive() })
    .optional(),
  outcomes: z.array(scalingOutcomeSchema).min(1),
});

export const scalingExperimentSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('scaling-experiment'),
  model: z.string(),
  rateRps: z.number().positive(),
  sloMs: z.number().positive(),
  durationS: z.number().positive(),
  networkTrace: z.string(),
  requestBytes: z.number().positive(),
  mostCores: z.number().int().positive(),
  mostBatch: z.number().int().positive(),
  /** By which durations are taken to be longer: in what is expected, and of a batch that has to end in time. */
  margin: z.number().nonnegative(),
  batchMargin: z.number().nonnegative().optional(),
  intervalMs: z.number().positive(),
  coldStartMs: z.number().nonnegative(),
  /** Of each condition; each with requests, durations and a tick phase of its own. */
  runs: z.number().int().positive(),
  seed: z.number().int(),
  conditions: z.array(scalingConditionSchema).min(1),
  /** What makes its figures doubtful; absent where nothing does. */
  warnings: z.array(z.string()).optional(),
});

export type ScalingInterval = z.infer<typeof scalingIntervalSchema>;
export type ScalingOutcome = z.infer<typeof scalingOutcomeSchema>;
export type ScalingCondition = z.infer<typeof scalingConditionSchema>;
export type ScalingExperiment = z.infer<typeof scalingExperimentSchema>;
