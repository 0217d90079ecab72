/**
 * What an inference request and its answer say, however they travel: the messages of the Open Inference Protocol
 * (KServe v2) with every tensor already in little-endian bytes. Client and server use the same types.
 */
import type { Tensor } from '../../domain/tensor.ts';

/** A value of `parameters`; the protocol has no nested ones. */
export type ParameterValue = string | number | boolean;

/** An output that the client asked for by name. */
export interface WantedOutput {
  readonly name: string;
  /** Raw bytes after the JSON, rather than numbers in it. */
  readonly binary: boolean;
}

/** Which outputs a client wants, and how. */
export interface Wanted {
  /** Absent: all of them. */
  readonly outputs?: readonly WantedOutput[] | undefined;
  /** Whether outputs that `outputs` does not name come as binary. */
  readonly binaryByDefault: boolean;
}

export interface InferRequest extends Wanted {
  readonly id?: string | undefined;
  /** In the order sent; names are unique. Bytes may lie in the body that was decoded, without any alignment. */
  readonly inputs: readonly Tensor[];
  /** `timeout` (µs), `priority` and whatever else the client said. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

export interface InferResponse {
  readonly modelName: string;
  readonly modelVersion?: string | undefined;
  /** Of the request, echoed. */
  readonly id?: string | undefined;
  readonly outputs: readonly Tensor[];
  /** `queue_ms`, `batch_size`, `compute_ms`, … */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** The HTTP header that tells how many bytes of the (uncompressed) body are JSON; raw tensors follow them. */
export const HEADER_LENGTH = 'inference-header-content-length';
