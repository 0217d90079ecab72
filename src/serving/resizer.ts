/** Carries out resizes of workers, and tells how each went. No batch waits for one: it is in force long before a batch is done. */
import type { InferenceWorker } from '../engine/worker-port.ts';
import type { Resize } from '../scaling/core-holdings.ts';

/** A resize that was tried. */
export interface TriedResize extends Resize {
  readonly from: number;
  readonly tookMs: number;
  /** Why it could not be; the worker then has what it had. */
  readonly error: Error | undefined;
}

export class Resizer {
  /** By worker, as they were carried out last. */
  private readonly cores: number[];
  private readonly onTried: (tried: TriedResize) => void;

  constructor(cores: readonly number[], onTried: (tried: TriedResize) => void) {
    this.cores = [...cores];
    this.onTried = onTried;
  }

  carryOut(resize: Resize, worker: InferenceWorker | undefined): void {
    const from = this.cores[resize.worker]!;
    // Who is away is told when it comes back.
    if (worker === undefined || from === resize.cores) return;
    this.cores[resize.worker] = resize.cores;
    const beganMs = performance.now();
    const tried = (error?: Error): void => {
      if (error) this.cores[resize.worker] = from;
      this.onTried({ ...resize, from, tookMs: performance.now() - beganMs, error });
    };
    worker.resize(resize.cores).then(() => tried(), tried);
  }
}
