/**
 * One module of a plan: its queue, its machines in rank order, and what happens to them on an event. Callers own the
 * state and hand it in; nothing but (state, event, now) decides.
 */
import { DeadlineQueue, type Queued } from './deadline-queue.ts';
import { chooseBatch, type MachineType, type StartReason } from './deferred-window.ts';

/** One stage of a request, waiting for a machine or running on one. */
export interface Task extends Queued {
  readonly request: number;
  readonly stage: number;
  /** When this stage is due by the plan; once that cannot be met, `latestMs`. */
  deadlineMs: number;
  /** When this stage must be done at the latest for the request to be in time. */
  readonly latestMs: number;
  overdue: boolean;
  /** How often it was started on a worker that then was lost. */
  losses: number;
}

export interface ModuleConfig {
  /** In rank order: the first is given work first. */
  readonly machineTypes: readonly MachineType[];
  /** Each worker's machine type, as an index. */
  readonly workers: readonly { readonly id: number; readonly type: number }[];
  /** Tasks that may wait at most. */
  readonly queueLimit: number;
  /** How much before the last moment a batch leaves: real timers ring late. 0 on a virtual clock. */
  readonly timerLeadMs: number;
}

export interface ModuleState {
  readonly config: ModuleConfig;
  readonly queue: DeadlineQueue<Task>;
  /** Workers that are up and idle, by machine type. */
  readonly idle: number[][];
  /** What runs, by worker. */
  readonly running: Map<number, Task[]>;
  /** The shortest that a task can take on any machine, ms. */
  readonly fastestMs: number;
  /** Tasks per ms that all machines serve together at best. */
  readonly ratePerMs: number;
}

export type ModuleDecision =
  | {
      readonly kind: 'start';
      readonly worker: number;
      readonly tasks: readonly Task[];
      readonly reason: StartReason;
    }
  | { readonly kind: 'expire'; readonly task: Task }
  | { readonly kind: 'wait'; readonly untilMs: number };

const bestRatePerMs = ({ tailMs }: MachineType): number =>
  tailMs.reduce((best, ms, size) => (size > 0 ? Math.max(best, size / ms) : best), 0);

/** Workers begin down: each is given work after its `workerUp`. */
export function createModule(config: ModuleConfig): ModuleState {
  const { machineTypes, workers } = config;
  return {
    config,
    queue: new DeadlineQueue(),
    idle: machineTypes.map(() => []),
    running: new Map(),
    fastestMs: Math.min(...machineTypes.map(({ tailMs }) => tailMs[1]!)),
    ratePerMs: workers.reduce((sum, { type }) => sum + bestRatePerMs(machineTypes[type]!), 0),
  };
}

export function workerUp(state: ModuleState, worker: number): void {
  const { type } = state.config.workers.find(({ id }) => id === worker)!;
  state.idle[type]!.push(worker);
  state.idle[type]!.sort((a, b) => a - b);
}

/** Takes a worker out; returns the tasks that it was running. */
export function workerDown(state: ModuleState, worker: number): Task[] {
  for (const idle of state.idle) {
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
  }
  const lost = state.running.get(worker) ?? [];
  state.running.delete(worker);
  return lost;
}

/** The worker's batch has ended, well or not; returns its tasks. */
export function batchEnded(state: ModuleState, worker: number): Task[] {
  const tasks = state.running.get(worker) ?? [];
  state.running.delete(worker);
  workerUp(state, worker);
  return tasks;
}

/** Gives idle machines what they should start now, drops what can no longer be in time, and says when to look again. */
export function dispatch(state: ModuleState, nowMs: number): ModuleDecision[] {
  const decisions: ModuleDecision[] = [];
  expireHead(state, (latestStartMs) => nowMs > latestStartMs, decisions);
  let wakeMs = startBatches(state, nowMs, decisions);
  // Who is still here at the last moment to start will not be in time.
  expireHead(state, (latestStartMs) => nowMs >= latestStartMs, decisions);
  if (state.queue.length > 0) wakeMs = Math.min(wakeMs, state.queue.at(0).deadlineMs - state.fastestMs);
  if (wakeMs < Number.POSITIVE_INFINITY) decisions.push({ kind: 'wait', untilMs: wakeMs });
  return decisions;
}

/** Starts batches until no idle machine wants one; returns when one will. */
function startBatches(state: ModuleState, nowMs: number, decisions: ModuleDecision[]): number {
  const { machineTypes, timerLeadMs } = state.config;
  let wakeMs = Number.POSITIVE_INFINITY;
  let type = 0;
  while (type < state.idle.length && state.queue.length > 0) {
    const worker = state.idle[type]![0];
    const choice =
      worker === undefined ? undefined : chooseBatch(state.queue, machineTypes[type]!, nowMs, timerLeadMs);
    if (worker === undefined || choice?.kind !== 'start') {
      if (choice?.kind === 'wait') wakeMs = Math.min(wakeMs, choice.untilMs);
      type += 1;
      continue;
    }
    const tasks = state.queue.take(choice.first, choice.size);
    state.idle[type]!.shift();
    state.running.set(worker, tasks);
    decisions.push({ kind: 'start', worker, tasks, reason: choice.reason });
    // What is left may suit a better rank that was waiting for more.
    type = 0;
    wakeMs = Number.POSITIVE_INFINITY;
  }
  return wakeMs;
}

/** Tasks at the head that no machine could answer in time even alone: what the plan's deadline lost may still make the request's. */
function expireHead(
  state: ModuleState,
  isTooLate: (latestStartMs: number) => boolean,
  decisions: ModuleDecision[],
): void {
  const { queue, fastestMs } = state;
  while (queue.length > 0 && isTooLate(queue.at(0).deadlineMs - fastestMs)) {
    const task = queue.take(0, 1)[0]!;
    if (isTooLate(task.latestMs - fastestMs)) decisions.push({ kind: 'expire', task });
    else {
      task.deadlineMs = task.latestMs;
      task.overdue = true;
      queue.insert(task);
    }
  }
}
