/**
 * What stands behind a worker of a plan: something that runs batches of one model. A process of this machine, the
 * emulated engine, one day a pod; nothing above this port knows which. Time crosses it only as what remains.
 */
import type { Tensor } from '../domain/tensor.ts';
import type { FixedDatatype } from './element-array.ts';

/** One input of a row, in the row's slot. */
export interface RowField {
  readonly name: string;
  readonly datatype: FixedDatatype;
  /** Without the batch axis. */
  readonly dims: readonly number[];
  /** In the slot. */
  readonly offset: number;
  readonly bytes: number;
}

/** How one row of a model's inputs lies in a slot: every field at its offset, `rowBytes` in all. */
export interface RowLayout {
  readonly fields: readonly RowField[];
  readonly rowBytes: number;
  /** Where the model runs only batches of this size: fewer rows are padded. */
  readonly fixedBatch: number | undefined;
}

export interface BatchOutcome {
  /** Axis 0 has one entry per row of the batch. */
  readonly outputs: readonly Tensor[];
  /** Duration of the batch in the engine. */
  readonly computeMs: number;
}

/** The worker ended with the batch: it may run again elsewhere. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

/** The engine does not run these rows: no other worker will either. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}

export interface InferenceWorker {
  /** Of the process, if it is one. */
  readonly pid: number | undefined;
  /** Settles when it can run batches; rejects with a HarpError if it never will. */
  readonly ready: Promise<void>;
  /** Settles when the worker is gone, with why. */
  readonly exited: Promise<string>;
  /**
   * Runs the rows in these slots as one batch; batches given while one runs wait for it.
   * @param limitMs after this time the worker counts as hung, and is killed
   * @throws WorkerLost, InputRefused, and other errors where it failed for reasons of its own
   */
  run(slots: readonly number[], limitMs: number): Promise<BatchOutcome>;
  /**
   * Gives it so many cores, from its next batch on at the latest.
   * @throws Error where that cannot be; it then keeps what it has
   */
  resize(cores: number): Promise<void>;
  /** Lets the running batch end, then goes. */
  stop(): Promise<void>;
  /** Ends it at once, for this reason. */
  kill(reason: string): void;
}
