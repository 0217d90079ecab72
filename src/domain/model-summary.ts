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
  /** Files that hold weights beside it, relative to its folder; absent where there are none. */
  externalData: z.array(z.string()).optional(),
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

/** Of a run of one row, or of the batch that the model is fixed to, divided by its rows. */
export const modelWorkSchema = z.looseObject({
  multiplyAddsPerRow: z.number().nonnegative(),
  /** Operator → multiply-adds per row, the largest first. */
  byOperator: z.record(z.string(), z.number().nonnegative()),
  /** Operators that may multiply too: where there are any the figures are lower bounds. */
  notCounted: z.array(z.string()),
  /** Read by a run, whatever the batch. */
  weightBytes: z.number().nonnegative(),
  /** Between the operators, written and read. */
  activationBytesPerRow: z.number().nonnegative(),
  /**
   * Floating-point operations per byte: 2 · multiply-adds / (weights + activations), of a batch of one row. The bytes are
   * those that would move if nothing were fused or cached.
   */
  arithmeticIntensity: z.number().nonnegative(),
});

/** What became of the attempt to give a model that is fixed to one row a batch axis. */
export const liftOutcomeSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('lifted'),
    /** Name of the new dimension. */
    axis: z.string(),
    /** Compared, each alone and in a batch. */
    rows: z.number().int().positive(),
  }),
  z.looseObject({ kind: z.literal('prevented'), reason: z.string() }),
]);

/** Whether rows get in a batch what they get alone. */
export const rowsOutcomeSchema = z.discriminatedUnion('kind', [
  /** So many were compared, each alone and in a batch. */
  z.looseObject({ kind: z.literal('apart'), rows: z.number().int().positive() }),
  z.looseObject({ kind: z.literal('mixed'), reason: z.string() }),
  /** They could not be compared. */
  z.looseObject({ kind: z.literal('not tried'), reason: z.string() }),
]);

export const examinedModelSchema = modelSummarySchema.extend({
  schemaVersion: z.literal(1),
  kind: z.literal('model'),
  /** Absent where `notComputed` says why. */
  work: modelWorkSchema.optional(),
  notComputed: z.string().optional(),
  /** Of a model that takes batches of any size. */
  rows: rowsOutcomeSchema.optional(),
  /** Of a model that is fixed to one row. */
  lift: liftOutcomeSchema.optional(),
});

export const createdModelSchema = modelSummarySchema.extend({
  schemaVersion: z.literal(1),
  kind: z.literal('created-model'),
  architecture: z.string(),
  seed: z.number().int(),
});

export const architectureListSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('architectures'),
  architectures: z.array(z.looseObject({ name: z.string(), description: z.string() })),
});

export type BatchAxis = z.infer<typeof batchAxisSchema>;
export type ModelSummary = z.infer<typeof modelSummarySchema>;
export type RowsOutcome = z.infer<typeof rowsOutcomeSchema>;
export type LiftOutcome = z.infer<typeof liftOutcomeSchema>;
export type ExaminedModel = z.infer<typeof examinedModelSchema>;
export type CreatedModel = z.infer<typeof createdModelSchema>;
export type ArchitectureList = z.infer<typeof architectureListSchema>;
