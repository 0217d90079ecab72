/** A plan in another engine's words: the document of `harp export --json`. */
import { z } from 'zod';

export const EXPORT_TARGETS = ['triton', 'kubernetes'] as const;
export type ExportTarget = (typeof EXPORT_TARGETS)[number];

export const exportedFileSchema = z.looseObject({
  /** Below the folder that it is written to. */
  path: z.string(),
  /** One of the two: what stands in it, */
  content: z.string().optional(),
  /** or the file that it is a copy of. */
  copyOf: z.string().optional(),
});

export const exportSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('export'),
  to: z.enum(EXPORT_TARGETS),
  application: z.string(),
  files: z.array(exportedFileSchema),
  /** What the plan says and the other engine cannot be told. */
  warnings: z.array(z.string()),
});

export type ExportedFile = z.infer<typeof exportedFileSchema>;
export type ExportedPlan = z.infer<typeof exportSchema>;
