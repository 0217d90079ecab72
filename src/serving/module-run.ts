/**
 * What of a client's request went through one module of its way, and how: what a server of that module alone would say of it,
 * and what the answer of a pipeline tells of each module.
 */

/** How a row, or a request of several, went through one module. */
export interface ModuleRun {
  /** In the application, */
  readonly index: number;
  /** and by name. */
  readonly module: string;
  /** Into which it fell there. */
  tasks: number;
  /** That the tasks make up: a task in a batch of 4 is a quarter of one. */
  batches: number;
  /** Of these batches, the duration of the longest. */
  longestMs: number;
  /** When the first of the tasks could begin, and when the last was done; on the clock of `performance.now()`. */
  readyMs: number;
  doneMs: number;
  /** Of the last one done: what it waited, and the duration of its batch. */
  queueMs: number;
  computeMs: number;
}

/** @param run is changed: it tells of both then */
export function joinRun(run: ModuleRun, other: ModuleRun): void {
  run.tasks += other.tasks;
  run.batches += other.batches;
  run.longestMs = Math.max(run.longestMs, other.longestMs);
  run.readyMs = Math.min(run.readyMs, other.readyMs);
  if (other.doneMs < run.doneMs) return;
  run.doneMs = other.doneMs;
  run.queueMs = other.queueMs;
  run.computeMs = other.computeMs;
}

/**
 * Of a request, by its rows, in the order of the application.
 * @param ends of all of them
 */
export function runsOf(ends: readonly { readonly runs: readonly ModuleRun[] }[]): readonly ModuleRun[] {
  if (ends.length === 1) return ends[0]!.runs;
  const byModule: ModuleRun[] = [];
  for (const { runs } of ends) {
    for (const run of runs) {
      const known = byModule[run.index];
      if (known === undefined) byModule[run.index] = { ...run };
      else joinRun(known, run);
    }
  }
  return withoutHoles(byModule);
}

/** @param byModule with holes where a module has not run */
export const withoutHoles = (byModule: readonly ModuleRun[]): readonly ModuleRun[] =>
  byModule.length === 1 ? byModule : byModule.filter((run) => run !== undefined);
