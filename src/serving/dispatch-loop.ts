/**
 * Runs the policy against the real clock: delivers what happens as events, and carries out what is decided. It decides
 * nothing itself.
 */
import { type InferenceWorker, WorkerLost } from '../engine/worker-port.ts';
import { step } from '../policy/application-policy.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import type { SplitDecision } from '../policy/events.ts';
import { queuedTasks } from '../policy/module-state.ts';
import { createPolicy, type PolicyState } from '../policy/policy-state.ts';
import { createScaled, type ScaledDecision, type ScaledEvent, stepScaled } from '../scaling/scaled-policy.ts';
import type { ScaledState } from '../scaling/scaled-state.ts';
import type { BatchCarrier, BatchWatch, LoopScaling, StartDecision, Terms } from './dispatch-ports.ts';
import { Resizer } from './resizer.ts';

/** Timers cannot be set for longer; the policy is then asked again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A batch that takes this many times its duration counts as hung. */
const HUNG_FACTOR = 10;
/** And no batch counts as hung before this time. */
const HUNG_AT_LEAST_MS = 2000;

export class DispatchLoop {
  private readonly setup: PolicySetup;
  private readonly state: PolicyState;
  private readonly carrier: BatchCarrier;
  private readonly batches: BatchWatch | undefined;
  /** Where cores follow the deadlines. */
  private readonly scaled: ScaledState | undefined;
  private readonly resizer: Resizer | undefined;
  private readonly told: LoopScaling['told'] | undefined;
  private readonly workers = new Map<number, InferenceWorker>();
  private timer: NodeJS.Timeout | undefined;
  /** When the timer rings; infinite without one. */
  private ringsMs = Number.POSITIVE_INFINITY;
  /** When the policy wants to be asked again. */
  private wakeMs = Number.POSITIVE_INFINITY;

  constructor(
    setup: PolicySetup,
    carrier: BatchCarrier,
    { batches, scaling }: { readonly batches?: BatchWatch; readonly scaling?: LoopScaling | undefined } = {},
  ) {
    this.setup = setup;
    this.batches = batches;
    this.scaled = scaling && createScaled(scaling.setup);
    this.resizer =
      scaling &&
      new Resizer(
        setup.workers.map(({ cores }) => cores),
        (tried) => {
          scaling.told.tried(tried);
          const { worker, from, error } = tried;
          if (error) this.deliver({ kind: 'kept', worker, cores: from });
        },
      );
    this.told = scaling?.told;
    this.state = this.scaled?.policy ?? createPolicy(setup.config);
    this.carrier = carrier;
  }

  /** In force. */
  coresOf(worker: number): number {
    return this.scaled?.holdings.cores[worker] ?? this.setup.workers[worker]!.cores;
  }

  /** A control interval has passed. */
  tick(): void {
    this.deliver({ kind: 'tick' });
    if (this.scaled) this.told!.ticked(this.scaled);
  }

  /** Requests that wait at a module. */
  queued(module: number): number {
    return queuedTasks(this.state.modules[module]!);
  }

  /** Whether a worker of the module is up and has nothing to do. */
  hasIdle(module: number): boolean {
    const { running } = this.state.modules[module]!;
    const { workers } = this.setup.config.modules[module]!;
    return workers.some(({ id }) => this.workers.has(id) && !running.has(id));
  }

  /** Whether every module has a worker that is up. */
  get ready(): boolean {
    return this.areUp([...this.setup.config.modules.keys()]);
  }

  /** Whether each of these modules has one. */
  areUp(modules: readonly number[]): boolean {
    const { config } = this.setup;
    return modules.every((module) => config.modules[module]!.workers.some(({ id }) => this.workers.has(id)));
  }

  /** The shortest that a request can take in the engine on a route, ms. */
  fastestMs(route: number): number {
    return this.setup.config.routes[route]!.fastestMs;
  }

  /** Requests that are of use together only. */
  arrive(requests: readonly number[], route: number, terms: Terms): void {
    this.deliver({ kind: 'arrival', requests, route, ...terms });
  }

  cancel(requests: readonly number[]): void {
    this.deliver({ kind: 'cancel', requests });
  }

  /** No request arrives any more. */
  drain(): void {
    this.deliver({ kind: 'drain' });
  }

  workerUp(id: number, worker: InferenceWorker): void {
    this.workers.set(id, worker);
    // It may have changed while it was away.
    this.resizer?.carryOut({ kind: 'resize', worker: id, cores: this.coresOf(id) }, worker);
    this.deliver({ kind: 'up', module: this.setup.workers[id]!.module, worker: id });
  }

  workerDown(id: number): void {
    if (!this.workers.delete(id)) return;
    this.deliver({ kind: 'down', module: this.setup.workers[id]!.module, worker: id });
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private deliver(event: ScaledEvent, failure?: Error): void {
    this.wakeMs = Number.POSITIVE_INFINITY;
    const splits: SplitDecision[] = [];
    for (const decision of this.decide(event, performance.now())) {
      if (decision.kind === 'start') this.start(decision);
      else if (decision.kind === 'resize')
        this.resizer!.carryOut(decision, this.workers.get(decision.worker));
      else if (decision.kind === 'wait') this.wakeAt(decision.untilMs);
      else if (decision.kind === 'split') splits.push(decision);
      else this.carrier.end(decision, failure);
    }
    for (const split of splits) this.split(split);
    if (this.scaled) this.told!.decided(this.scaled);
  }

  private decide(event: ScaledEvent, nowMs: number): ScaledDecision[] {
    if (this.scaled) return stepScaled(this.scaled, event, nowMs);
    return event.kind === 'tick' || event.kind === 'kept' ? [] : step(this.state, event, nowMs);
  }

  private split({ request, stage, module, parentPart }: SplitDecision): void {
    let count: number;
    try {
      count = this.carrier.tasksOf(request, stage, parentPart);
    } catch (error) {
      this.carrier.end({ kind: 'fail', request, module, reason: 'failed' }, error as Error);
      this.cancel([request]);
      return;
    }
    this.deliver({ kind: 'tasks', request, stage, count });
  }

  /** A timer that rings too early is set again then: setting it anew at every event would cost more than the policy does. */
  private wakeAt(timeMs: number): void {
    this.wakeMs = timeMs;
    if (this.ringsMs <= timeMs) return;
    clearTimeout(this.timer);
    const nowMs = performance.now();
    const inMs = Math.min(LONGEST_TIMER_MS, Math.max(0, timeMs - nowMs));
    this.ringsMs = nowMs + inMs;
    this.timer = setTimeout(() => this.ring(), inMs);
  }

  private ring(): void {
    this.ringsMs = Number.POSITIVE_INFINITY;
    if (this.wakeMs <= performance.now()) this.deliver({ kind: 'timer' });
    else if (this.wakeMs < Number.POSITIVE_INFINITY) this.wakeAt(this.wakeMs);
  }

  private start(decision: StartDecision): void {
    const { module, worker: id, tasks } = decision;
    const worker = this.workers.get(id)!;
    const { config, types, positions } = this.state.modules[module]!;
    const { tailMs } = config.machineTypes[types[positions.get(id)!]!]!;
    const limitMs = Math.max(HUNG_AT_LEAST_MS, HUNG_FACTOR * tailMs[tasks.length]!);
    this.run(decision, worker, limitMs).then(
      () => this.deliver({ kind: 'done', module, worker: id }),
      (error: Error) => {
        // That a worker is gone is told by its supervisor; its batch then runs again elsewhere.
        if (error instanceof WorkerLost) return;
        this.batches?.failed(decision);
        this.deliver({ kind: 'failed', module, worker: id }, error);
      },
    );
  }

  private async run(decision: StartDecision, worker: InferenceWorker, limitMs: number): Promise<void> {
    const outcome = await worker.run(this.carrier.slotsOf(decision), limitMs);
    this.carrier.keep(decision, outcome);
    this.batches?.ran(decision, outcome);
  }
}
