/** Keeps one worker of the plan up: starts it again when it is lost, later each time while it does not stay. */
import type { InferenceWorker } from '../engine/worker-port.ts';

const BACK_OFF_MS = { first: 50, most: 5000 };
/** Who has been up this long has recovered. */
const STAYED_MS = 10_000;

export interface WorkerEvents {
  onUp(worker: InferenceWorker): void;
  onDown(reason: string, nextStartInMs: number): void;
}

export interface SupervisedWorker {
  /** Settles with the first start: rejects if the worker never came up. */
  readonly firstReady: Promise<void>;
  stop(): Promise<void>;
}

export function superviseWorker(start: () => InferenceWorker, events: WorkerEvents): SupervisedWorker {
  let current: InferenceWorker;
  let stopping = false;
  let delayMs = BACK_OFF_MS.first;
  let restart: NodeJS.Timeout | undefined;

  const launch = (): InferenceWorker => {
    const worker = start();
    current = worker;
    let upSinceMs = Number.POSITIVE_INFINITY;
    worker.ready.then(
      () => {
        upSinceMs = performance.now();
        if (!stopping) events.onUp(worker);
      },
      () => {},
    );
    void worker.exited.then((reason) => {
      if (stopping) return;
      if (performance.now() - upSinceMs > STAYED_MS) delayMs = BACK_OFF_MS.first;
      events.onDown(reason, delayMs);
      restart = setTimeout(launch, delayMs);
      delayMs = Math.min(BACK_OFF_MS.most, delayMs * 2);
    });
    return worker;
  };

  return {
    firstReady: launch().ready,
    stop: async () => {
      stopping = true;
      clearTimeout(restart);
      await current.stop();
    },
  };
}
