/**
 * How a row went through its modules: of each, in which batches and for how long, and which of all those computations the
 * answer waited for. Those are a path: the batch that ended last, the one that it waited for, and so on. What branches
 * compute meanwhile is in no sum, so that computing and waiting together are the time that passed.
 */

/** Of a module, all tasks of a row. */
export interface ModuleWay {
  readonly module: number;
  readonly name: string;
  tasks: number;
  /** That the tasks make up: a task in a batch of 4 is a quarter of one. */
  batches: number;
  /** Of the longest batch. */
  computeMs: number;
}

export interface Task {
  readonly module: number;
  readonly part: number;
  /** Of its only parent, where it waited for that part alone. */
  readonly parentPart: number | undefined;
}

/** A task that has ended. */
interface Step {
  /** Computing on the path up to it, with its own batch, ms. */
  readonly pathMs: number;
  /** Of all tasks of the row. */
  readonly sequence: number;
}

type WayModule = { readonly name: string; readonly after: readonly string[] };

export class WayTaken {
  /** Of modules that have run, in the order in which they did. */
  readonly ways: ModuleWay[] = [];
  private readonly modules: readonly WayModule[];
  /** By module and part. */
  private readonly steps: Step[][] = [];
  /** The last of each module. */
  private readonly last: Step[] = [];
  private ended = 0;

  constructor(modules: readonly WayModule[]) {
    this.modules = modules;
  }

  /** A batch has ended with this task in it. @returns computing on the path up to here, ms */
  ran({ module, part, parentPart }: Task, size: number, computeMs: number): number {
    const { name, after } = this.modules[module]!;
    let way = this.ways.find((each) => each.module === module);
    if (way === undefined) {
      way = { module, name, tasks: 0, batches: 0, computeMs: 0 };
      this.ways.push(way);
    }
    way.tasks += 1;
    way.batches += 1 / size;
    way.computeMs = Math.max(way.computeMs, computeMs);
    const before = this.before(after, parentPart);
    const step = { pathMs: (before?.pathMs ?? 0) + computeMs, sequence: this.ended++ };
    this.steps[module] ??= [];
    this.steps[module][part] = step;
    this.last[module] = step;
    return step.pathMs;
  }

  /** The task that was waited for: of the parents, the last to end. One that had no tasks stands for its own parents. */
  private before(after: readonly string[], parentPart: number | undefined): Step | undefined {
    let latest: Step | undefined;
    for (const name of after) {
      const parent = this.modules.findIndex((module) => module.name === name);
      const only = parentPart === undefined ? undefined : this.steps[parent]?.[parentPart];
      const step = only ?? this.last[parent] ?? this.before(this.modules[parent]?.after ?? [], undefined);
      if (step && step.sequence >= (latest?.sequence ?? 0)) latest = step;
    }
    return latest;
  }
}
