/**
 * One module of a plan: its queues, its machines in rank order, and what runs on them. Callers own the state and hand it in;
 * nothing but (state, event, now) decides.
 */
import type { DispatchRuleName } from '../domain/enforcement.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import type { Dispatcher, DispatcherConfig, MachineType } from './dispatch/dispatcher.ts';
import { RULES } from './dispatch/rules.ts';
import { IdleWorkers } from './idle-workers.ts';
import type { Task } from './task.ts';
import type { Ticket } from './ticket.ts';

export interface ModuleConfig extends DispatcherConfig {
  readonly dispatch: DispatchRuleName;
  /** Tasks that may wait at most; those of a batch that has to run again come on top. */
  readonly queueLimit: number;
  /**
   * How long before a worker should be done it may be handed its next batch, if that is full, ms: what passing a batch on takes
   * then costs no time between two batches. 0 for never.
   */
  readonly aheadMs: number;
}

export interface ModuleState {
  readonly config: ModuleConfig;
  readonly dispatcher: Dispatcher;
  /** One that all machines share, or one per worker in the order of the configuration. */
  readonly queues: readonly DeadlineQueue<Task>[];
  /** Requests under way that are still to come here. */
  readonly coming: DeadlineQueue<Ticket>;
  /** Positions of the workers that are up and idle, by machine type. */
  readonly idle: readonly IdleWorkers[];
  /** What runs, by worker. */
  readonly running: Map<number, readonly Task[]>;
  /** Batches that failed or were lost, in parts, as they are to run again; requests may have ended meanwhile. */
  readonly again: Task[][];
  /** What runs next, by worker, where it was handed over ahead. */
  readonly ahead: Map<number, readonly Task[]>;
  /** When each busy worker should be done with what runs, by position, ms; kept where batches are handed ahead. */
  readonly freeMs: Float64Array;
  /** Position of each worker in the configuration, by id. */
  readonly positions: ReadonlyMap<number, number>;
  /** By position. */
  readonly isUp: boolean[];
  /** Machine type of each worker, by position, as its cores make it; `NO_TYPE` where it has none and takes no work. */
  readonly types: number[];
  /** The shortest that a task can take on any machine, ms. */
  fastestMs: number;
  /** The longest that a full batch takes on any machine, ms. */
  readonly longestMs: number;
  /** Tasks per ms that all machines serve together at best. */
  readonly ratePerMs: number;
}

export const NO_TYPE = -1;

const bestRatePerMs = ({ tailMs }: MachineType): number =>
  tailMs.reduce((best, ms, size) => (size > 0 ? Math.max(best, size / ms) : best), 0);

const fullBatchMs = ({ tailMs, batchSize }: MachineType): number => tailMs[batchSize]!;

/** Workers begin down: each is given work after its `workerUp`. */
export function createModule(config: ModuleConfig): ModuleState {
  const { machineTypes, workers } = config;
  const dispatcher = RULES[config.dispatch](config);
  return {
    config,
    dispatcher,
    queues: dispatcher.assign ? workers.map(() => new DeadlineQueue()) : [new DeadlineQueue()],
    coming: new DeadlineQueue(),
    idle: machineTypes.map(() => new IdleWorkers(workers.length)),
    running: new Map(),
    again: [],
    ahead: new Map(),
    freeMs: new Float64Array(workers.length),
    positions: new Map(workers.map(({ id }, position) => [id, position])),
    isUp: workers.map(() => false),
    types: workers.map(({ type }) => type),
    fastestMs: Math.min(...machineTypes.map(({ tailMs }) => tailMs[1]!)),
    longestMs: workers.reduce((longest, { type }) => Math.max(longest, fullBatchMs(machineTypes[type]!)), 0),
    ratePerMs: workers.reduce((sum, { type }) => sum + bestRatePerMs(machineTypes[type]!), 0),
  };
}

export function queuedTasks({ queues, again }: ModuleState): number {
  let queued = 0;
  for (let index = 0; index < again.length; index++) queued += again[index]!.length;
  for (let index = 0; index < queues.length; index++) queued += queues[index]!.length;
  return queued;
}

export function enqueueTask(module: ModuleState, task: Task, nowMs: number): void {
  const { dispatcher, queues, isUp } = module;
  const own = dispatcher.assign?.(task, nowMs, (position) => isUp[position]!) ?? 0;
  queues[own]!.insert(task);
}

export function workerUp(module: ModuleState, worker: number, nowMs: number): void {
  const { dispatcher, queues, isUp, positions } = module;
  isUp[positions.get(worker)!] = true;
  dispatcher.up?.(worker);
  rest(module, worker);
  if (!dispatcher.assign) return;
  // Tasks wait at a worker that is down only if none was up when they came.
  for (let own = 0; own < queues.length; own++) {
    if (isUp[own]) continue;
    for (const task of queues[own]!.removeWhere(() => true)) enqueueTask(module, task, nowMs);
  }
}

/** Takes a worker out; returns the tasks that it was running and those that waited for it alone. */
export function workerDown(module: ModuleState, worker: number): Task[] {
  const position = module.positions.get(worker)!;
  module.isUp[position] = false;
  module.dispatcher.down?.(worker);
  leaveIdle(module, worker);
  const lost = module.running.get(worker) ?? [];
  module.running.delete(worker);
  for (const task of lost) task.losses += 1;
  // What was to run next has not seen the worker.
  const next = module.ahead.get(worker) ?? [];
  module.ahead.delete(worker);
  const own = module.dispatcher.assign ? module.queues[position]!.removeWhere(() => true) : [];
  return [...lost, ...next, ...own];
}

/** A worker begins a batch. */
export function batchBegins(
  module: ModuleState,
  worker: number,
  tasks: readonly Task[],
  nowMs: number,
): void {
  const { config, running, positions, types, freeMs } = module;
  running.set(worker, tasks);
  if (config.aheadMs === 0) return;
  const position = positions.get(worker)!;
  const { tailMs } = config.machineTypes[types[position]!]!;
  freeMs[position] = nowMs + tailMs[tasks.length]!;
}

/** The worker's batch has ended, well or not; returns its tasks. */
export function batchEnded(module: ModuleState, worker: number, nowMs: number): readonly Task[] {
  const tasks = module.running.get(worker) ?? [];
  module.dispatcher.ended?.(worker, tasks, nowMs);
  const next = module.ahead.get(worker);
  if (next === undefined) {
    module.running.delete(worker);
    rest(module, worker);
  } else {
    module.ahead.delete(worker);
    batchBegins(module, worker, next, nowMs);
  }
  return tasks;
}

/**
 * A worker's cores have changed, which makes it a machine of another type from its next batch on. Dispatchers that keep
 * things by worker are not told.
 * @param type `NO_TYPE` where it is given no more work
 */
export function workerResized(module: ModuleState, worker: number, type: number): void {
  const { config, positions, types, isUp, running } = module;
  const position = positions.get(worker)!;
  leaveIdle(module, worker);
  types[position] = type;
  if (isUp[position] && !running.has(worker)) rest(module, worker);
  const tails = types.flatMap((of) => (of === NO_TYPE ? [] : config.machineTypes[of]!.tailMs[1]!));
  if (tails.length > 0) module.fastestMs = Math.min(...tails);
}

function leaveIdle({ idle, positions }: ModuleState, worker: number): void {
  for (const workers of idle) workers.remove(positions.get(worker)!);
}

function rest({ types, positions, idle }: ModuleState, worker: number): void {
  const position = positions.get(worker)!;
  const type = types[position]!;
  if (type !== NO_TYPE) idle[type]!.add(position);
}
