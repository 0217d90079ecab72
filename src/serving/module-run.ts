/** What of a client's request went through one module of its way, and how: what a server of that module alone would say of it. */

/** How a row, or a request of several, went through one module. */
export interface ModuleRun {
  readonly module: string;
  /** Into which it fell there. */
  tasks: number;
  /** When the first of them could begin, and when the last was done; on the clock of `performance.now()`. */
  readyMs: number;
  doneMs: number;
  /** Of the last one done: what it waited, and the duration of its batch. */
  queueMs: number;
  computeMs: number;
}

/** @param run is changed: it tells of both then */
export function joinRun(run: ModuleRun, other: Omit<ModuleRun, 'module'>): void {
  run.tasks += other.tasks;
  run.readyMs = Math.min(run.readyMs, other.readyMs);
  if (other.doneMs < run.doneMs) return;
  run.doneMs = other.doneMs;
  run.queueMs = other.queueMs;
  run.computeMs = other.computeMs;
}

/**
 * Of a request, by its rows.
 * @param ends of all of them
 */
export function runsOf(ends: readonly { readonly runs: readonly ModuleRun[] }[]): ModuleRun[] {
  const byModule = new Map<string, ModuleRun>();
  for (const { runs } of ends) {
    for (const run of runs) {
      const known = byModule.get(run.module);
      if (known === undefined) byModule.set(run.module, { ...run });
      else joinRun(known, run);
    }
  }
  return [...byModule.values()];
}
