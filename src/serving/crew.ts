/** The workers of a plan, each supervised; who is up, and what becomes of those that are lost. */
import type { InferenceWorker } from '../engine/worker-port.ts';
import type { PlannedWorker } from '../policy/configure-policy.ts';
import { SupervisedWorker } from './supervise-worker.ts';
import type { WorkerOrder } from './worker-order.ts';

export interface CrewEvents {
  onUp(order: WorkerOrder, worker: InferenceWorker): void;
  onDown(order: WorkerOrder, reason: string, nextStartInMs: number): void;
}

export class Crew {
  private readonly up = new Set<PlannedWorker>();
  private readonly supervised: SupervisedWorker[] = [];

  /** @throws what the first worker says that cannot start */
  async start(
    orders: readonly WorkerOrder[],
    startWorker: (order: WorkerOrder) => InferenceWorker,
    events: CrewEvents,
  ): Promise<void> {
    for (const order of orders) {
      const worker = new SupervisedWorker(() => startWorker(order), {
        onUp: (process) => {
          this.up.add(order.planned);
          events.onUp(order, process);
        },
        onDown: (reason, nextStartInMs) => {
          this.up.delete(order.planned);
          events.onDown(order, reason, nextStartInMs);
        },
      });
      this.supervised.push(worker);
    }
    await Promise.all(this.supervised.map((worker) => worker.start()));
  }

  /** Workers of a module that take batches now. */
  upIn(module: number): readonly PlannedWorker[] {
    return [...this.up].filter((worker) => worker.module === module);
  }

  async stop(): Promise<void> {
    await Promise.all(this.supervised.map((worker) => worker.stop()));
  }
}
