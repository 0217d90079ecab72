/**
 * What a simulated run of a plan was, and what became of its requests: the file of `harp simulate`. What came to it after its first
 * form, and what a hand-written one need not say, has a default or is optional.
 */
import { z } from 'zod';
import { ENFORCEMENT, enforcementSchema } from './enforcement.ts';

/** How the mean number of tasks that a request has at a module becomes a whole number. */
export const FAN_OUTS = ['even', 'random'] as const;
export type FanOut = (typeof FAN_OUTS)[number];

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const ms = z.number().nonnegative();
const counts = z.record(z.string(), count);

/** What became of the requests of a run or a part of it: requests = served + late + expired + shed + failed. */
const outcomes = {
  requests: count,
  /** In time. */
  served: count,
  /** Answered after their deadline. */
  late: count,
  /** Given up in a queue. */
  expired: count,
  /** Refused on arrival. */
  shed: count,
  /** Lost with two workers. */
  failed: count.default(0),
};

/** The same, of intervals. */
const intervalOutcomes = {
  requests: count.default(0),
  served: count.default(0),
  late: count.default(0),
  expired: count.default(0),
  shed: count.default(0),
  failed: count.default(0),
};

export const simulatedMachineSchema = z.looseObject({
  module: z.string(),
  worker: count,
  rank: z.number().int().positive(),
  hardware: z.string(),
  cores: z.number().positive(),
  /** Planned. */
  batchSize: z.number().int().positive(),
  batches: count,
  /** Requests per batch; 0 without batches. */
  meanBatch: z.number().nonnegative(),
  /** Of the run's duration. */
  busyFraction: share,
});

export const simulatedModuleSchema = z.looseObject({
  name: z.string(),
  batches: count,
  meanBatch: z.number().nonnegative(),
  /** Mean of its machines. */
  busyFraction: share,
  /** How many batches left for which reason. */
  leftBecause: counts,
  /**
   * The latest end of a stage after the request's arrival, beyond what was planned for the path up to it; below 0 if none was
   * late, absent where no stage ended.
   */
  maxBeyondPlanMs: z.number().optional(),
  /** Requests given up in this module's queue. */
  expired: count,
});

export const intervalSchema = z.looseObject({
  /** Of its begin. */
  timeMs: ms,
  /** Requests sent in it. */
  sent: count.default(0),
  /** Of the requests that ended in it. */
  ...intervalOutcomes,
  /** 1 where none ended. */
  attainment: share.default(1),
  /** Sent and not ended at its end. */
  queue: count,
  /** Late, expired, shed and failed. */
  violations: count,
  /**
   * Whether the plan's promise could still hold in it, whatever the order of work: never more was under way than the workers that
   * were up serve within the SLO, in the best batches and by planned durations. Where it is false some request had to miss.
   */
  feasible: z.boolean(),
  cores: z.number().nonnegative(),
  /** Mean of the batches that started in it; 0 without any. */
  batchSize: z.number().nonnegative(),
});

/** What was asked for. Texts are spelled as the flags are: the same ones give the same run. */
const asked = {
  application: z.string(),
  /** What the plan was made for, and what it costs. */
  planned: z.looseObject({
    rateRps: z.number().positive(),
    sloMs: z.number().positive(),
    worstCaseMs: z.number().positive(),
    costPerHour: z.number().positive(),
  }),
  /** Mean of the arrivals. */
  rateRps: z.number().positive(),
  /** From a client's sending to its answer. */
  sloMs: z.number().positive(),
  arrivals: z.string(),
  serviceTimes: z.string(),
  fanOut: z.enum(FAN_OUTS).default('even'),
  networkDelay: z.string().optional(),
  faults: z.array(z.string()).optional(),
  seed: z.number().int(),
};

export const simulationSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('simulation'),
  ...asked,
  rules: enforcementSchema.default(ENFORCEMENT),
  /** From the first arrival to the last end. */
  durationMs: ms,
  ...outcomes,
  /** served / requests */
  attainment: share,
  /** Requests in time per second. */
  goodputRps: z.number().nonnegative(),
  /** From sending to answer, of those answered, late or not; quantiles to half a per mille. Absent where none was. */
  latencyMs: z.looseObject({ mean: ms.optional(), p50: ms, p95: ms, p99: ms, max: ms }).optional(),
  /** Of the same; bins of equal width from 0 to the largest, each with its upper end. */
  histogram: z.array(z.looseObject({ fromMs: ms, toMs: ms, count })).default([]),
  /** How many requests were refused on arrival for which reason. */
  shedBecause: counts.default({}),
  modules: z.array(simulatedModuleSchema).default([]),
  machines: z.array(simulatedMachineSchema),
  /** Cores held over time. */
  coreSeconds: z.number().nonnegative(),
  timeline: z.array(intervalSchema),
  /** The highest rate that was seen to keep an attainment, where it was asked for; no rate where none did. */
  carried: z
    .looseObject({ attainment: share, rateRps: z.number().positive().optional(), replays: count })
    .optional(),
  /** An attainment that was asked for, and whether it was kept. */
  gate: z.looseObject({ attainment: share, passed: z.boolean() }).optional(),
});

/** The same requests under several dispatch rules. */
export const simulationComparisonSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('simulation-comparison'),
  ...asked,
  runs: z.array(simulationSchema).min(2),
});

export type Outcomes = { [Key in keyof typeof outcomes]: number };
export type Outcome = Exclude<keyof Outcomes, 'requests'>;
export type SimulationResult = z.infer<typeof simulationSchema>;
export type SimulationComparison = z.infer<typeof simulationComparisonSchema>;
export type SimulatedMachine = z.infer<typeof simulatedMachineSchema>;
export type SimulatedModule = z.infer<typeof simulatedModuleSchema>;
export type Interval = z.infer<typeof intervalSchema>;
