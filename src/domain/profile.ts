/** A profile: how long one batch of a model takes on given hardware, cores and batch size, and how that was found out. */
import { z } from 'zod';
import { tensorSpecSchema } from './tensor.ts';

const ms = z.number().positive();

export const latencySummarySchema = z.looseObject({
  mean: ms,
  p50: ms,
  p95: ms,
  p99: ms,
  min: ms,
  max: ms,
  stddev: z.number().nonnegative(),
});

/** Durations of single batches, in ms. */
export type LatencySummary = z.infer<typeof latencySummarySchema>;

export const STATISTICS = ['mean', 'p50', 'p95', 'p99'] as const;

/** Which figure of a measurement a plan stands on. */
export type Statistic = (typeof STATISTICS)[number];

const msByStatistic = z.looseObject({ mean: ms, p50: ms, p95: ms, p99: ms });

export const profilePointSchema = z.looseObject({
  hardware: z.string().min(1),
  cores: z.number().positive(),
  batchSize: z.number().int().positive(),
  /** The chosen statistic of one batch's duration. */
  durationMs: ms,
  /** The evidence, where it was measured. */
  latencyMs: latencySummarySchema.optional(),
  /** Not measured, but told by the points that were. */
  predicted: z.boolean().optional(),
  /** Its figures, in the place of evidence. */
  predictedMs: msByStatistic.optional(),
  /** How far each figure may be off, ± ms: so far its parts differed from the whole, or its prediction may err. */
  spreadMs: msByStatistic.optional(),
  /** What a fixed piece of arithmetic took beside it: how fast the machine was at the time. */
  yardstickMs: ms.optional(),
  runs: z.number().int().positive().optional(),
  /** False where the measurement ran into its time cap before it settled, or others had its cores. */
  stable: z.boolean().optional(),
  throughputRps: z.number().positive().optional(),
  /** Peak resident memory of the process that ran it; of a larger point where this one is predicted. */
  memoryMiB: z.number().positive().optional(),
  /** Memory of the device that it took, where the driver tells. */
  deviceMemoryMiB: z.number().nonnegative().optional(),
  /** Share (0..1) that others kept the device busy just before, where the driver tells. */
  deviceOtherLoad: z.number().nonnegative().optional(),
  /** Whether heat or power held the device back at the end. */
  deviceThrottled: z.boolean().optional(),
  /** Share of the machine (0..1) that others used meanwhile. */
  otherLoad: z.number().nonnegative().optional(),
  /** Share (0..1) of the time that others kept it from its own cores. */
  contention: z.number().nonnegative().optional(),
});

export type ProfilePoint = z.infer<typeof profilePointSchema>;

/** Whether there is evidence: predicted points and those written by hand have none. */
export const isMeasured = ({ latencyMs }: ProfilePoint): boolean => latencyMs !== undefined;

export const latencyFitSchema = z.looseObject({
  form: z.literal('gamma*b/c + delta*b + epsilon/c + eta'),
  gamma: z.number(),
  delta: z.number(),
  epsilon: z.number(),
  eta: z.number(),
  statistic: z.enum(STATISTICS),
  r2: z.number(),
  mapePercent: z.number().nonnegative(),
  /** Measured points behind it; where they are as few as its parameters, r2 says nothing. */
  points: z.number().int().positive().optional(),
  /** The shortest measured duration: no prediction goes below it. */
  floorMs: ms.optional(),
});

/** Sponge's latency model, fitted: l(b, c) = gamma·b/c + delta·b + epsilon/c + eta, in ms. */
export type LatencyFit = z.infer<typeof latencyFitSchema>;

export const machineSchema = z.looseObject({
  cpuModel: z.string(),
  /** Cores that could be used: fewer than `totalCores` under an affinity mask or a CPU quota. */
  cores: z.number().int().positive(),
  totalCores: z.number().int().positive().optional(),
  memoryMiB: z.number().positive(),
  governor: z.string().optional(),
  maxFrequencyGHz: z.number().positive().optional(),
  gpus: z
    .array(
      z.looseObject({
        name: z.string(),
        driver: z.string().optional(),
        memoryMiB: z.number().positive().optional(),
      }),
    )
    .optional(),
  /** Of the control group that it was measured in. */
  limits: z
    .looseObject({
      cpuQuotaCores: z.number().positive().optional(),
      memoryLimitMiB: z.number().positive().optional(),
    })
    .optional(),
  os: z.string().optional(),
});

/** Where it was measured. */
export type Machine = z.infer<typeof machineSchema>;

export const runtimeSchema = z.looseObject({
  provider: z.string(),
  node: z.string().optional(),
  onnxruntime: z.string().optional(),
  /** How many threads a run uses. */
  threads: z.string().optional(),
  /** Whether idle threads spin. */
  spinning: z.boolean().optional(),
  /** Drivers that the loader was told to use (`VK_DRIVER_FILES`), of a provider on Vulkan. */
  vulkanDrivers: z.string().optional(),
});

/** What ran it. */
export type Runtime = z.infer<typeof runtimeSchema>;

export const skippedPointSchema = z.looseObject({
  hardware: z.string(),
  cores: z.number(),
  batchSize: z.number(),
  reason: z.string(),
});

/** A point that could not be measured, and why. */
export type SkippedPoint = z.infer<typeof skippedPointSchema>;

export const externalDataSchema = z.array(
  z.looseObject({
    /** As the model names it: relative to the model's folder. */
    file: z.string(),
    sha256: z.string(),
  }),
);

/** Files beside a model that hold its weights. */
export type ExternalData = z.infer<typeof externalDataSchema>;

export const profileSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('profile'),
  model: z.looseObject({
    name: z.string().min(1),
    /** The ONNX file, relative to the profile. */
    file: z.string().optional(),
    /** Of that file alone. */
    sha256: z.string().optional(),
    /** Where weights lie beside it. */
    externalData: externalDataSchema.optional(),
    inputs: z.array(tensorSpecSchema).optional(),
    outputs: z.array(tensorSpecSchema).optional(),
    /** Where `file` was made by giving a batch axis to a model of one row. */
    lifted: z
      .looseObject({
        /** That model, relative to the profile. */
        from: z.string(),
        sha256: z.string(),
        /** Name of the new dimension, axis 0 of all inputs and outputs. */
        axis: z.string(),
        /** Rows that got the same in batches as from that model alone. */
        comparedRows: z.number().int().positive(),
      })
      .optional(),
  }),
  points: z.array(profilePointSchema),
  statistic: z.enum(STATISTICS).optional(),
  machine: machineSchema.optional(),
  runtime: runtimeSchema.optional(),
  /** How it was measured: all that decides the figures beside model, machine and runtime. */
  method: z
    .looseObject({
      /** Lengths that named dimensions other than the batch were measured with. */
      dims: z.record(z.string(), z.number().int().positive()).optional(),
    })
    .optional(),
  measuredAt: z.string().optional(),
  skipped: z.array(skippedPointSchema).optional(),
  fit: latencyFitSchema.optional(),
  source: z.string().optional(),
});

export type Profile = z.infer<typeof profileSchema>;
