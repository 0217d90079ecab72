/** What a replay of a plan showed, and what it takes that the plan holds. */
import { z } from 'zod';

const seenSchema = z.looseObject({
  /** As `--arrivals` says them. */
  arrivals: z.string(),
  requests: z.number().int().positive(),
  seed: z.number().int(),
  /** Share of the requests that were in time, 0..1. */
  attainment: z.number().min(0).max(1),
  /** The longest latency seen. */
  maxMs: z.number().nonnegative(),
});

/** How machines were found by trying. */
const searchSchema = z.looseObject({
  /** The random numbers of all that was tried; the certifying run has fresh ones. */
  seed: z.number().int(),
  /** Half of the 99 % confidence interval of the attainment. */
  margin: z.number().min(0).max(1),
  /** Of the certifying run: requests answered late, and not answered at all. */
  late: z.number().int().nonnegative(),
  dropped: z.number().int().nonnegative(),
  /** Of each module: the share of its machines' best throughput that the rate takes. */
  utilisation: z.array(z.number().positive()),
  /** Whether every cheaper choice of machines was tried or cannot hold. */
  exhaustive: z.boolean(),
  /** No machines cost less, whatever decides their batches; where that is known. */
  floorPerHour: z.number().nonnegative().optional(),
  /** What machines cost that keep every request in time where they are evenly spaced; where that is known. */
  evenCostPerHour: z.number().positive().optional(),
});

export const verificationSchema = seenSchema.extend({
  passed: z.boolean(),
  /** The share that had to be in time; absent in documents older than it, as are `fanOut` and `replays`. */
  target: z.number().min(0).max(1).optional(),
  /** As `--fan-out` says it. */
  fanOut: z.string().optional(),
  /** What the cheapest plan of the model costs that was not yet replayed; the difference is what it takes to hold. */
  modelCostPerHour: z.number().positive(),
  /** That it took to find the plan. */
  replays: z.number().int().positive().optional(),
  /** Where the model's plan did not hold: what was changed. */
  repaired: z.enum(['rules', 'machines']).optional(),
  /** Of plans by simulation: what they stand on beside the certifying run, and what else could be bought. */
  search: searchSchema.optional(),
  /** For comparison: the same plan with random arrivals. */
  poisson: seenSchema.omit({ arrivals: true }).optional(),
});

/** What a replay of the plan showed. */
export type Verification = z.infer<typeof verificationSchema>;
