/**
 * A worker that waits the planned duration instead of computing, so that a plan for hardware that is not here can be
 * rehearsed under real clients. Its outputs are zeros of the right shape.
 */
import { ELEMENT_BYTES, elementCount, type Tensor, type TensorSpec } from '../domain/tensor.ts';
import type { InferenceWorker } from './worker-port.ts';

export interface EmulatedConfig {
  /** Duration of a batch by its size, ms; index 0 is unused. */
  readonly durationMs: Float64Array;
  /** The same with other numbers of cores, where they may change. */
  readonly durationsByCores?: readonly Float64Array[];
  readonly outputs: readonly TensorSpec[];
}

export function startEmulatedWorker(config: EmulatedConfig): InferenceWorker {
  const { durationsByCores, outputs } = config;
  let { durationMs } = config;
  let end = (_reason: string): void => {};
  const exited = new Promise<string>((resolve) => {
    end = resolve;
  });
  let idle: Promise<unknown> = Promise.resolve();
  return {
    pid: undefined,
    ready: Promise.resolve(),
    exited,
    run: (slots) => {
      const computeMs = durationMs[slots.length]!;
      const outcome = idle.then(async () => {
        await new Promise((resolve) => {
          // A timer takes a millisecond at least.
          if (computeMs < 0.5) setImmediate(resolve);
          else setTimeout(resolve, computeMs);
        });
        return { computeMs, outputs: outputs.map((spec) => zeros(spec, slots.length)) };
      });
      idle = outcome;
      return outcome;
    },
    resize: async (cores) => {
      durationMs = durationsByCores?.[cores] ?? durationMs;
    },
    stop: async () => {
      await idle;
      end('it was stopped');
    },
    kill: (reason) => end(reason),
  };
}

/** Named dimensions other than the batch count as 1. */
function zeros({ name, datatype, shape }: TensorSpec, rows: number): Tensor {
  const dims = [rows, ...shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : 1))];
  return { name, datatype, dims, data: new Uint8Array(elementCount(dims) * (ELEMENT_BYTES[datatype] ?? 4)) };
}
