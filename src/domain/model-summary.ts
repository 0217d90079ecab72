/** What an ONNX file says about itself: the documents of `harp model inspect` and `harp model create` with `--json`. */
import { z } from 'zod';
import { tensorSpecSchema } from './tensor.ts';

export const batchAxisSchema = z.discriminatedUnion('kind', [
  /** Any batch size, under this name. */
  z.looseObject({ kind: z.literal('symbolic'), name: z.string() }),
  /** Exactly this batch size. */
  z.looseObject({ kind: z.literal('fixed'), size: z.number().int().positive(), reason: z.string() }),
  /** Rows cannot be told from the shapes. */
  z.looseObject({ kind: z.literal('none'), reason: z.string() }),
]);

export const modelSummarySchema = z.looseObject({
  /** The file's name without its ending. */
  name: z.string(),
  file: z.string(),
  /** Of the file itself, without external data. */
  sha256: z.string(),
  sizeBytes: z.number().int().positive(),
  /** Version of the standard operators. */
  opset: z.number().int().nonnegative(),
  /** What wrote it, and its version. */
  producer: z.string().optional(),
  inputs: z.array(tensorSpecSchema),
  outputs: z.array(tensorSpecSchema),
  /** Operator → number of nodes, most frequent first; operators of other domains as "domain.Operator". */
  operators: z.record(z.string(), z.number().int().positive()),
  parameters: z.number().int().nonnegative(),
  batch: batchAxisSchema,
});

export const createdModelSchema = modelSummarySchema.extend({
  architecture: z.string(),
  seed: z.number().int(),
});

export const architectureListSchema = z.array(z.looseObject({ name: z.string(), description: z.string() }));

export type BatchAxis = z.infer<typeof batchAxisSchema>;
export type ModelSummary = z.infer<typeof modelSummarySchema>;
export type CreatedModel = z.infer<typeof createdModelSchema>;
export type ListedArchitecture = z.infer<typeof architectureListSchema>[number];
