/**
 * Runs the policy against the real clock: delivers what happens as events, and carries out what is decided. It decides
 * nothing itself.
 */
import { type BatchOutcome, type InferenceWorker, WorkerLost } from '../engine/worker-port.ts';
import {
  createPolicy,
  type Decision,
  type PolicyEvent,
  type PolicyState,
  step,
} from '../policy/application-policy.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';

export type StartDecision = Decision & { kind: 'start' };
export type EndDecision = Exclude<Decision, { kind: 'start' | 'wait' }>;

/** Who keeps the tensors: the loop moves numbers only. */
export interface BatchCarrier {
  /** The slots of the batch's rows, in its order. */
  slotsOf(start: StartDecision): number[];
  /** A batch has run: keep what its rows gave. */
  keep(start: StartDecision, outcome: BatchOutcome): void;
  /** A request has come to an end. */
  end(decision: EndDecision, failure?: string): void;
}

/** A batch that takes this many times its duration counts as hung. */
const HUNG_FACTOR = 10;
/** And no batch counts as hung before this time. */
const HUNG_AT_LEAST_MS = 2000;

export class DispatchLoop {
  private readonly setup: PolicySetup;
  private readonly state: PolicyState;
  private readonly carrier: BatchCarrier;
  private readonly workers = new Map<number, InferenceWorker>();
  private timer: NodeJS.Timeout | undefined;

  constructor(setup: PolicySetup, carrier: BatchCarrier) {
    this.setup = setup;
    this.state = createPolicy(setup.config);
    this.carrier = carrier;
  }

  /** Requests that wait at a module. */
  queued(module: number): number {
    return this.state.modules[module]!.queue.length;
  }

  /** Whether every module has a worker that is up. */
  get ready(): boolean {
    return this.setup.config.modules.every(({ workers }) => workers.some(({ id }) => this.workers.has(id)));
  }

  arrive(request: number, route: number, deadlineMs: number): void {
    this.deliver({ kind: 'arrival', request, route, deadlineMs });
  }

  cancel(request: number): void {
    this.deliver({ kind: 'cancel', request });
  }

  workerUp(id: number, worker: InferenceWorker): void {
    this.workers.set(id, worker);
    this.deliver({ kind: 'up', module: this.setup.workers[id]!.module, worker: id });
  }

  workerDown(id: number): void {
    if (!this.workers.delete(id)) return;
    this.deliver({ kind: 'down', module: this.setup.workers[id]!.module, worker: id });
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private deliver(event: PolicyEvent, failure?: string): void {
    clearTimeout(this.timer);
    for (const decision of step(this.state, event, performance.now())) {
      if (decision.kind === 'start') this.start(decision);
      else if (decision.kind === 'wait') this.wakeAt(decision.untilMs);
      else this.carrier.end(decision, failure);
    }
  }

  private wakeAt(timeMs: number): void {
    this.timer = setTimeout(() => this.deliver({ kind: 'timer' }), Math.max(0, timeMs - performance.now()));
  }

  private start(decision: StartDecision): void {
    const { module, worker: id, tasks } = decision;
    const worker = this.workers.get(id)!;
    const { tailMs } = this.setup.config.modules[module]!.machineTypes[this.setup.workers[id]!.type]!;
    const limitMs = Math.max(HUNG_AT_LEAST_MS, HUNG_FACTOR * tailMs[tasks.length]!);
    worker.run(this.carrier.slotsOf(decision), limitMs).then(
      (outcome) => {
        this.carrier.keep(decision, outcome);
        this.deliver({ kind: 'done', module, worker: id });
      },
      (error: Error) => {
        // That a worker is gone is told by its supervisor; its batch then runs again elsewhere.
        if (!(error instanceof WorkerLost))
          this.deliver({ kind: 'failed', module, worker: id }, error.message);
      },
    );
  }
}
