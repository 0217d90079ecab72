/**
 * How a row went through its modules: of each, how long its tasks waited and computed, and which of all those computations the
 * answer waited for. Those are a path: the batch that ended last, the one that it waited for, and so on. What branches
 * compute meanwhile is in no sum, so that computing and waiting together are the time that passed.
 */
import type { DataFlow } from './data-flow.ts';
import { joinRun, type ModuleRun, withoutHoles } from './module-run.ts';
import type { ServedModule } from './served-module.ts';

/** How the row went, up to its last batch. */
export interface RowFacts {
  /** All that was not computing: for others to fill a batch, for a machine, for the planned time of the next module. */
  readonly queueMs: number;
  /** Of the batches that the answer waited for, one after the other. */
  readonly computeMs: number;
  /** Of the last batch. */
  readonly batchSize: number;
  readonly worker: number;
}

export interface Task {
  readonly module: number;
  readonly part: number;
  /** Of its only parent, where it waited for that part alone. */
  readonly parentPart: number | undefined;
}

/** A batch that has run. */
export interface RanBatch {
  readonly size: number;
  readonly computeMs: number;
  readonly worker: number;
  /** On the clock of `performance.now()`. */
  readonly doneMs: number;
}

/** A task that has ended. */
interface Step {
  readonly batch: RanBatch;
  /** Computing on the path up to it, with its own batch, ms. */
  readonly pathMs: number;
}

/** Of a callable. */
interface Way {
  readonly flow: Pick<DataFlow, 'parents'>;
  readonly modules: readonly number[];
}

export class RowHistory {
  private readonly modules: readonly Pick<ServedModule, 'name'>[];
  private readonly way: Way;
  private readonly arrivedMs: number;
  /** By module; none of those that have not run. */
  private readonly byModule: ModuleRun[] = [];
  /** Where there are several modules, by module and part, */
  private readonly steps: Step[][] | undefined;
  /** and the last of each. */
  private readonly last: Step[] | undefined;
  private latest: Step | undefined;

  /** @param modules of the application, whichever of them are on the way */
  constructor(modules: readonly Pick<ServedModule, 'name'>[], way: Way, arrivedMs: number) {
    this.modules = modules;
    this.way = way;
    this.arrivedMs = arrivedMs;
    if (way.modules.length === 1) return;
    this.steps = [];
    this.last = [];
  }

  /** A batch has ended with this task in it; those that it waited for were told before. */
  ran(task: Task, batch: RanBatch): void {
    const { module, part } = task;
    const before = this.before(this.way.flow.parents[module]!, task.parentPart);
    const run = this.runOf(module, before?.batch.doneMs ?? this.arrivedMs, batch);
    const known = this.byModule[module];
    if (known === undefined) this.byModule[module] = run;
    else joinRun(known, run);
    const step = { batch, pathMs: (before?.pathMs ?? 0) + batch.computeMs };
    this.latest = step;
    if (this.steps === undefined || this.last === undefined) return;
    this.steps[module] ??= [];
    this.steps[module][part] = step;
    this.last[module] = step;
  }

  /** Of the modules that have run, in the order of the application. */
  get runs(): readonly ModuleRun[] {
    return withoutHoles(this.byModule);
  }

  /** Of a row that has run at all. */
  get facts(): RowFacts | undefined {
    if (this.latest === undefined) return undefined;
    const { pathMs, batch } = this.latest;
    return {
      queueMs: Math.max(0, batch.doneMs - this.arrivedMs - pathMs),
      computeMs: pathMs,
      batchSize: batch.size,
      worker: batch.worker,
    };
  }

  private runOf(index: number, readyMs: number, { size, computeMs, doneMs }: RanBatch): ModuleRun {
    return {
      index,
      module: this.modules[index]!.name,
      tasks: 1,
      batches: 1 / size,
      longestMs: computeMs,
      readyMs,
      doneMs,
      queueMs: Math.max(0, doneMs - readyMs - computeMs),
      computeMs,
    };
  }

  /** The task that was waited for: of the parents, the last to end. One that had no tasks stands for its own parents. */
  private before(parents: readonly number[], parentPart: number | undefined): Step | undefined {
    let latest: Step | undefined;
    for (const parent of parents) {
      const only = parentPart === undefined ? undefined : this.steps?.[parent]?.[parentPart];
      const step = only ?? this.last?.[parent] ?? this.before(this.way.flow.parents[parent]!, undefined);
      if (step && step.batch.doneMs >= (latest?.batch.doneMs ?? 0)) latest = step;
    }
    return latest;
  }
}
