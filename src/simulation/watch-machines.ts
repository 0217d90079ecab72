/** Watches what the machines of a simulated plan do: how busy, which batches and why, and how late their modules are. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { SimulatedMachine, SimulatedModule } from '../domain/simulation.ts';
import type { PolicySetup } from '../policy/configure-policy.ts';
import type { StartDecision } from './simulate.ts';

interface Work {
  batches: number;
  tasks: number;
  busyMs: number;
}

interface Module {
  readonly leftBecause: Record<string, number>;
  beyondPlanMs: number;
  expired: number;
}

export class MachineWatch {
  private readonly plan: FeasiblePlan;
  private readonly setup: PolicySetup;
  /** By worker. */
  private readonly work: Work[];
  private readonly modules: Module[];

  constructor(plan: FeasiblePlan, setup: PolicySetup) {
    this.plan = plan;
    this.setup = setup;
    this.work = setup.workers.map(() => ({ batches: 0, tasks: 0, busyMs: 0 }));
    this.modules = plan.modules.map(() => ({
      leftBecause: {},
      beyondPlanMs: Number.NEGATIVE_INFINITY,
      expired: 0,
    }));
  }

  started({ module, reason }: StartDecision): void {
    const { leftBecause } = this.modules[module]!;
    leftBecause[reason] = (leftBecause[reason] ?? 0) + 1;
  }

  /** @param earliestSentMs of its requests; infinite where none is under way any more */
  batchEnded(
    { module, worker, tasks }: StartDecision,
    startMs: number,
    endMs: number,
    earliestSentMs: number,
  ): void {
    const work = this.work[worker]!;
    work.batches += 1;
    work.tasks += tasks.length;
    work.busyMs += endMs - startMs;
    const { dueMs } = this.setup.config.routes[0]!.stages[module]!;
    const seen = this.modules[module]!;
    seen.beyondPlanMs = Math.max(seen.beyondPlanMs, endMs - earliestSentMs - dueMs);
  }

  /** A request was given up in a module's queue. */
  expired(module: number): void {
    this.modules[module]!.expired += 1;
  }

  /** @param durationMs of the run */
  seenMachines(durationMs: number): SimulatedMachine[] {
    return this.setup.workers.map(({ id, module, type, hardware, cores, batchSize }) => {
      const { batches, tasks, busyMs } = this.work[id]!;
      return {
        module: this.plan.modules[module]!.name,
        worker: id,
        rank: type + 1,
        hardware,
        cores,
        batchSize,
        batches,
        meanBatch: ratio(tasks, batches),
        // Sums of many durations exceed the run's by rounding.
        busyFraction: Math.min(1, ratio(busyMs, durationMs)),
      };
    });
  }

  /** @param durationMs of the run */
  seenModules(durationMs: number): SimulatedModule[] {
    return this.plan.modules.map(({ name }, index) => {
      const own = this.setup.workers.filter(({ module }) => module === index).map(({ id }) => this.work[id]!);
      const sum = (figure: keyof Work) => own.reduce((total, work) => total + work[figure], 0);
      const { leftBecause, beyondPlanMs, expired } = this.modules[index]!;
      return {
        name,
        batches: sum('batches'),
        meanBatch: ratio(sum('tasks'), sum('batches')),
        busyFraction: Math.min(1, ratio(sum('busyMs'), durationMs * own.length)),
        leftBecause,
        ...(Number.isFinite(beyondPlanMs) && { maxBeyondPlanMs: beyondPlanMs }),
        expired,
      };
    });
  }
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
