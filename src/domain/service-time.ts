/** What a plan says of the time that batches take on the machines it may use. */
import { z } from 'zod';
import { latencySummarySchema } from './profile.ts';

export const spreadSchema = latencySummarySchema.pick({
  min: true,
  p50: true,
  p95: true,
  p99: true,
  max: true,
});

/** How the durations of one batch size were spread when they were measured, ms. */
export type Spread = z.infer<typeof spreadSchema>;

export const serviceTimeSchema = z.looseObject({
  hardware: z.string(),
  cores: z.number().positive(),
  batchSize: z.number().int().positive(),
  durationMs: z.number().positive(),
  /** A duration that hardly any batch exceeds: what decisions about deadlines count with. */
  tailMs: z.number().positive(),
  /** Where it was measured. */
  latencyMs: spreadSchema.optional(),
});

/** How long a batch of a size takes on a kind of machine that the plan uses. */
export type ServiceTime = z.infer<typeof serviceTimeSchema>;
