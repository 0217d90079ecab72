/** What a run of the load generator showed: the document of `harp load --json`. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const ms = z.number().nonnegative();
const rps = z.number().nonnegative();

/** How requests travel: REST with raw or with JSON tensors, or gRPC. */
export const LOAD_PROTOCOLS = ['rest-binary', 'rest-json', 'grpc'] as const;

/** How tensors go over REST. */
export const TENSOR_FORMS = ['binary', 'json'] as const;

const outcomes = {
  /** Requests that were due: served + late + shed + expired + failed. */
  sent: count,
  /** Answered within the SLO. */
  served: count,
  /** Answered after it. */
  late: count,
  /** Refused on arrival (429, RESOURCE_EXHAUSTED). */
  shed: count,
  /** Given up in the queue (504, DEADLINE_EXCEEDED). */
  expired: count,
  failed: count,
};

/** What was asked for. */
const asked = {
  url: z.string(),
  protocol: z.enum(LOAD_PROTOCOLS),
  model: z.string(),
  /** The mean of the arrivals. */
  rateRps: z.number().positive(),
  /** As `parseArrivals` reads them. */
  arrivals: z.string(),
  rows: z.number().int().positive(),
  sloMs: z.number().positive(),
  seed: z.number().int(),
  /** Files that the inputs came from; made up where it is absent. */
  input: z.array(z.string()).optional(),
  /** The link that requests were held back for, as a recording of its bandwidth says. */
  network: z.looseObject({ trace: z.string(), requestBytes: z.number().int().positive() }).optional(),
};

export const loadShapeSchema = z.looseObject(asked);

export const loadLatencySchema = z.looseObject({
  mean: ms,
  p50: ms,
  p90: ms,
  p95: ms,
  p99: ms,
  p999: ms,
  max: ms,
});

export const loadBinSchema = z.looseObject({
  /** The bin holds what is above the previous bin's and at most this. */
  upToMs: ms,
  count,
});

/** What became of the requests that were due in an interval. */
export const loadIntervalSchema = z.looseObject({
  /** Of its begin, from that of the measured part. */
  timeMs: ms,
  ...outcomes,
  /** Of those answered, the median to half a per cent; absent where none was, as the mean of the batches that the server told. */
  p50Ms: ms.optional(),
  maxMs: ms.optional(),
  meanBatch: z.number().positive().optional(),
  /** Sent and not answered at its end. */
  unanswered: count,
});

export const triedRateSchema = z.looseObject({
  rateRps: z.number().positive(),
  attainment: share,
  goodputRps: rps,
  p99Ms: ms.optional(),
  clientWasLimit: z.boolean(),
});

export const loadModuleSchema = z.looseObject({
  name: z.string(),
  /** That it ran for the answers. */
  tasks: count,
  meanBatch: z.number().positive(),
  /** Of a request's longest batch there. */
  meanComputeMs: ms,
});

export const loadGateSchema = z.looseObject({
  /** As `--max-violations` said it: a number of requests, or a share of them as "1%". */
  maxViolations: z.string(),
  violations: count,
  passed: z.boolean(),
});

export const loadResultSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('load'),
  ...asked,
  /** What the plan promised that the server was said to enforce. */
  planned: z
    .looseObject({
      rateRps: z.number().positive(),
      sloMs: z.number().positive(),
      worstCaseMs: z.number().positive(),
      costPerHour: z.number().positive(),
    })
    .optional(),
  /** Of the measured part, without warm-up. */
  durationS: z.number().nonnegative(),
  /** Requests that were due per second, */
  intendedRps: rps,
  /** and that left the client. */
  achievedRps: rps,
  ...outcomes,
  /** The failed ones by status or error, */
  failures: z.record(z.string(), count),
  /** and what the server said to the first of each kind, where it said something. */
  failureMessages: z.record(z.string(), z.string()),
  /** served / sent */
  attainment: share,
  goodputRps: rps,
  /** From the intended sending to the end of the answer, of all that were answered; absent where none was. To half a per mille. */
  latencyMs: loadLatencySchema.optional(),
  /** Of the same answers. */
  histogram: z.array(loadBinSchema),
  /** Intervals of equal length. */
  timeline: z.array(loadIntervalSchema).default([]),
  /** What the server told, where it did: tasks over batches, of all modules; */
  meanBatch: z.number().positive().optional(),
  /** of a request what it waited, and what the batches that it waited for computed, one after the other; */
  meanQueueMs: ms.optional(),
  meanComputeMs: ms.optional(),
  /** the same of each module, where there are several. */
  modules: z.array(loadModuleSchema).optional(),
  /** Of the network's part in the latencies, where there was one. */
  meanNetworkMs: ms.optional(),
  /** How late the client itself sent. */
  clientLagMs: z.looseObject({ p50: ms, p99: ms }),
  /** Share of the time that its event loop was at work. */
  clientBusyFraction: share,
  /** Whether it could not keep to its schedule: the figures then say less about the server. */
  clientWasLimit: z.boolean(),
  /** The highest rate that was seen to keep an attainment, where it was asked for, as all lower ones tried did; no rate where none did. */
  carried: z
    .looseObject({
      attainment: share,
      rateRps: z.number().positive().optional(),
      /** Whether a higher one held, too, above one that did not. */
      isNoisy: z.boolean().optional(),
      tried: z.array(triedRateSchema),
    })
    .optional(),
  gate: loadGateSchema.optional(),
  /** Doubts about these figures. */
  warnings: z.array(z.string()),
});

export type LoadShape = z.infer<typeof loadShapeSchema>;
export type LoadLatency = z.infer<typeof loadLatencySchema>;
export type LoadBin = z.infer<typeof loadBinSchema>;
export type LoadInterval = z.infer<typeof loadIntervalSchema>;
export type LoadModule = z.infer<typeof loadModuleSchema>;
export type LoadGate = z.infer<typeof loadGateSchema>;
export type TriedRate = z.infer<typeof triedRateSchema>;
export type LoadResult = z.infer<typeof loadResultSchema>;
export type PlannedLoad = NonNullable<LoadResult['planned']>;
export type LoadProtocol = LoadResult['protocol'];
