/**
 * Keeps one worker of the plan up. Its first start either succeeds or fails for good; from then on it is started again
 * whenever it is lost, later each time while it does not stay.
 */
import type { InferenceWorker } from '../engine/worker-port.ts';

const BACK_OFF_MS = { first: 50, most: 5000 };
/** Who has been up this long has recovered. */
const STAYED_MS = 10_000;
/** Who has not ended its batch this long after it was told to stop is killed. */
const STOP_LIMIT_MS = 10_000;

export interface WorkerEvents {
  onUp(worker: InferenceWorker): void;
  onDown(reason: string, nextStartInMs: number): void;
}

export class SupervisedWorker {
  private readonly startWorker: () => InferenceWorker;
  private readonly events: WorkerEvents;
  private current: InferenceWorker | undefined;
  private isUp = false;
  private stopping = false;
  private delayMs = BACK_OFF_MS.first;
  private restart: NodeJS.Timeout | undefined;

  constructor(startWorker: () => InferenceWorker, events: WorkerEvents) {
    this.startWorker = startWorker;
    this.events = events;
  }

  /** Resolves when it is up for the first time; rejects with why it cannot. */
  async start(): Promise<void> {
    this.current = this.startWorker();
    await this.current.ready;
    if (!this.stopping) this.watch(this.current);
  }

  /** Lets the running batch end; who is only starting is killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    const { current } = this;
    if (current === undefined) return;
    if (!this.isUp) current.kill('it was no longer wanted');
    const limit = setTimeout(() => current.kill('it did not stop'), STOP_LIMIT_MS);
    await current.stop();
    clearTimeout(limit);
  }

  private watch(worker: InferenceWorker): void {
    const upSinceMs = performance.now();
    this.isUp = true;
    this.events.onUp(worker);
    void worker.exited.then((reason) => {
      this.isUp = false;
      if (performance.now() - upSinceMs > STAYED_MS) this.delayMs = BACK_OFF_MS.first;
      this.lost(reason);
    });
  }

  private lost(reason: string): void {
    if (this.stopping) return;
    this.events.onDown(reason, this.delayMs);
    this.restart = setTimeout(() => {
      this.start().catch((error: Error) => this.lost(error.message));
    }, this.delayMs);
    this.delayMs = Math.min(BACK_OFF_MS.most, this.delayMs * 2);
  }
}
