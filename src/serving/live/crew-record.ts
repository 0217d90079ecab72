/** What the modules and workers of a plan in force have done, by second. */
import type { PlannedWorker } from '../../policy/configure-policy.ts';
import { KEPT_SECONDS, SecondTable } from './second-table.ts';

const MODULE_COLUMNS = ['batches', 'rows', 'computeMs', 'plannedMs', 'queued', 'direct'] as const;
export type ModuleFigure = (typeof MODULE_COLUMNS)[number];

const WORKER_COLUMNS = ['busyMs', 'coreMs', 'batches', 'rows'] as const;
export type WorkerFigure = (typeof WORKER_COLUMNS)[number];

export interface BatchFacts {
  readonly module: number;
  readonly worker: number;
  readonly size: number;
  readonly computeMs: number;
  /** What the plan says of a batch of this size. */
  readonly plannedMs: number;
  readonly cores: number;
}

export interface WorkerState {
  state: 'starting' | 'up' | 'lost';
  /** How often it was lost. */
  losses: number;
  cores: number;
}

export class CrewRecord {
  readonly workers: readonly PlannedWorker[];
  /** By id of the worker. */
  readonly states: readonly WorkerState[];
  private readonly byModule: readonly SecondTable[];
  private readonly byWorker: readonly SecondTable[];
  /** Batches of each module by their size. */
  private readonly bySize: readonly SecondTable[];

  constructor(modules: number, workers: readonly PlannedWorker[]) {
    this.workers = workers;
    this.states = workers.map(({ cores }) => ({ state: 'starting', losses: 0, cores }));
    this.byWorker = workers.map(() => new SecondTable(WORKER_COLUMNS.length));
    const largest = Array.from({ length: modules }, (_, module) =>
      Math.max(...workers.filter((worker) => worker.module === module).map(({ batchSize }) => batchSize)),
    );
    this.byModule = largest.map(() => new SecondTable(MODULE_COLUMNS.length));
    this.bySize = largest.map((size) => new SecondTable(size));
  }

  /** A batch has ended well. */
  batchRun({ module, worker, size, computeMs, plannedMs, cores }: BatchFacts, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    this.addTo(module, 'batches', 1, second);
    this.addTo(module, 'rows', size, second);
    this.addTo(module, 'computeMs', computeMs, second);
    this.addTo(module, 'plannedMs', plannedMs, second);
    this.bySize[module]!.add(second, size - 1, 1);
    const table = this.byWorker[worker]!;
    table.add(second, WORKER_COLUMNS.indexOf('batches'), 1);
    table.add(second, WORKER_COLUMNS.indexOf('rows'), size);
    spread(table, WORKER_COLUMNS.indexOf('busyMs'), nowMs - computeMs, nowMs, 1);
    spread(table, WORKER_COLUMNS.indexOf('coreMs'), nowMs - computeMs, nowMs, cores);
  }

  /** Requests wait at a module; the most of each second are kept. */
  queueSeen(module: number, queued: number, nowMs: number): void {
    this.byModule[module]!.raise(Math.floor(nowMs / 1000), MODULE_COLUMNS.indexOf('queued'), queued);
  }

  /** Requests have come for a module by itself. */
  calledDirectly(module: number, rows: number, nowMs: number): void {
    this.addTo(module, 'direct', rows, Math.floor(nowMs / 1000));
  }

  workerUp(worker: number): void {
    this.states[worker]!.state = 'up';
  }

  workerResized(worker: number, cores: number): void {
    this.states[worker]!.cores = cores;
  }

  workerLost(worker: number): void {
    this.states[worker]!.state = 'lost';
    this.states[worker]!.losses += 1;
  }

  /** Over `seconds` seconds, the last of them `last`. */
  ofModule(module: number, figure: ModuleFigure, last: number, seconds: number): number {
    return this.byModule[module]!.sum(MODULE_COLUMNS.indexOf(figure), last, seconds);
  }

  ofWorker(worker: number, figure: WorkerFigure, last: number, seconds: number): number {
    return this.byWorker[worker]!.sum(WORKER_COLUMNS.indexOf(figure), last, seconds);
  }

  /** How many batches of 1, 2, … rows a module has run. */
  sizesOf(module: number, last: number, seconds: number): number[] {
    return [...this.bySize[module]!.sums(last, seconds)];
  }

  private addTo(module: number, figure: ModuleFigure, value: number, second: number): void {
    this.byModule[module]!.add(second, MODULE_COLUMNS.indexOf(figure), value);
  }
}

/** Adds to each second that [fromMs, toMs) touches how much of it that is, ms, so many times. */
function spread(table: SecondTable, column: number, fromMs: number, toMs: number, times: number): void {
  const first = Math.max(0, Math.floor(toMs / 1000) - KEPT_SECONDS, Math.floor(fromMs / 1000));
  for (let second = first; second * 1000 < toMs; second++) {
    const ms = Math.min(toMs, (second + 1) * 1000) - Math.max(fromMs, second * 1000);
    table.add(second, column, times * ms);
  }
}
