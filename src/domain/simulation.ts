/** What a simulated run of a plan was, and what became of its requests: the file of `harp simulate`. */
import { z } from 'zod';
import { enforcementSchema } from './plan.ts';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const ms = z.number().nonnegative();

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
  failed: count,
};

export const latencyMsSchema = z.looseObject({ mean: ms, p50: ms, p95: ms, p99: ms, max: ms });

export const simulatedMachineSchema = z.looseObject({
  module: z.string(),
  worker: count,
  rank: z.number().int().positive(),
  hardware: z.string(),
  cores: z.number().positive(),
  /** Planned. */
  batchSize: z.number().int().positive(),
  batches: count,
  /** Requests per batch. */
  meanBatch: z.number().nonnegative(),
  busyFraction: share,
});

export const simulatedModuleSchema = z.looseObject({
  name: z.string(),
  batches: count,
  meanBatch: z.number().nonnegative(),
  busyFraction: share,
  /** How many batches left for which reason. */
  leftBecause: z.record(z.string(), count),
  /** The latest end of a stage after the request's arrival, beyond what was planned for the path up to it; below 0 if none was late. */
  maxBeyondPlanMs: z.number(),
  /** Requests given up in this module's queue. */
  expired: count,
});

export const intervalSchema = z.looseObject({
  /** Of its begin. */
  timeMs: ms,
  /** By the end of the requests. */
  ...outcomes,
  attainment: share,
  /** Under way at its end. */
  queue: count,
  /** Late, expired, shed and failed. */
  violations: count,
  cores: z.number().nonnegative(),
  batchSize: z.number().nonnegative(),
});

export const simulationSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('simulation'),
  application: z.string(),
  rateRps: z.number().positive(),
  sloMs: z.number().positive(),
  arrivals: z.string(),
  serviceTimes: z.string(),
  seed: z.number().int(),
  rules: enforcementSchema,
  /** From the first arrival to the last end. */
  durationMs: ms,
  ...outcomes,
  attainment: share,
  /** Requests in time per second. */
  goodputRps: z.number().nonnegative(),
  /** Of those answered, late or not. */
  latencyMs: latencyMsSchema,
  histogram: z.array(z.looseObject({ fromMs: ms, toMs: ms, count })),
  modules: z.array(simulatedModuleSchema),
  machines: z.array(simulatedMachineSchema),
  /** Cores held over time. */
  coreSeconds: z.number().nonnegative(),
  timeline: z.array(intervalSchema),
});

export type Outcomes = { [Key in keyof typeof outcomes]: number };
export type SimulationResult = z.infer<typeof simulationSchema>;
export type SimulatedMachine = z.infer<typeof simulatedMachineSchema>;
export type SimulatedModule = z.infer<typeof simulatedModuleSchema>;
export type Interval = z.infer<typeof intervalSchema>;
