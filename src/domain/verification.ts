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

export const verificationSchema = seenSchema.extend({
  passed: z.boolean(),
  /** The share that had to be in time. */
  target: z.number().min(0).max(1),
  /** As `--fan-out` says it. */
  fanOut: z.string(),
  /** What the cheapest plan of the model costs that was not yet replayed; the difference is what it takes to hold. */
  modelCostPerHour: z.number().positive(),
  /** That it took to find the plan. */
  replays: z.number().int().positive(),
  /** Where the model's plan did not hold: what was changed. */
  repaired: z.enum(['rules', 'machines']).optional(),
  /** For comparison: the same plan with random arrivals. */
  poisson: seenSchema.omit({ arrivals: true }).optional(),
});

/** What a replay of the plan showed. */
export type Verification = z.infer<typeof verificationSchema>;
