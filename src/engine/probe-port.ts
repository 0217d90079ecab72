/** What is asked of a probing process, and what it answers. */
import type { TensorSpec } from '../domain/tensor.ts';

/** A value of a graph as the runtime infers it before any run. */
export interface InferredValue {
  readonly name: string;
  /** onnxruntime's name of the element type; undefined for what is no tensor. */
  readonly type: string | undefined;
  /** A name stands for a length that varies, an empty one for a length that is not known. */
  readonly shape: readonly (number | string)[];
}

/** Rows drawn from one seed, run alone and as one batch. */
export interface Trial {
  readonly seed: number;
  readonly batchSize: number;
}

export interface CompareRequest {
  /** The file that runs one row at a time, and the one that must do the same for batches. */
  readonly original: string;
  readonly lifted: string;
  /** Of the lifted model. */
  readonly inputs: readonly TensorSpec[];
  readonly dims: Readonly<Record<string, number>>;
  readonly trials: readonly Trial[];
  /** Whether all outputs must have their rows on axis 0, as clients expect; values between operators may have them anywhere. */
  readonly rowsFirst: boolean;
  /** Where the weights of both lie, if they are beside the model. */
  readonly weightsFolder: string | undefined;
}

export type Comparison =
  /** `varies`: some output differs between rows, so that the comparison means something. */
  | { readonly kind: 'same'; readonly rows: number; readonly varies: boolean }
  /** The first value, in the model's order of outputs, that is not what its rows get alone. */
  | { readonly kind: 'different'; readonly value: string; readonly how: string }
  /** The lifted model did not run; in the runtime's words. */
  | { readonly kind: 'refused'; readonly message: string };

export type ProbeRequest =
  | { readonly kind: 'shapes'; readonly model: Uint8Array }
  /** Whether a model that any provider takes opens with this one. */
  | { readonly kind: 'open'; readonly provider: string }
  | ({ readonly kind: 'compare' } & CompareRequest);

export type ProbeAnswer =
  | { readonly kind: 'shapes'; readonly values: readonly InferredValue[] }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'opened' }
  /** In the runtime's words. */
  | { readonly kind: 'failed'; readonly message: string };
