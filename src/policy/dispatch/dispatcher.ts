/**
 * What a dispatch rule decides for one module: which batch, if any, an idle machine should start now. Rules differ in this
 * alone; the queue, the machines and what is given up are the same for all of them.
 */
import type { DeadlineQueue } from '../deadline-queue.ts';
import type { Task } from '../task.ts';

/** What one kind of machine of a plan runs. */
export interface MachineType {
  /** The planned batch size; no batch is larger. */
  readonly batchSize: number;
  /** d(b) in ms by batch size b = 1..batchSize, non-decreasing; index 0 is unused. */
  readonly tailMs: Float64Array;
  /** How long its batch may collect: what the module's planned worst case leaves beside d, ms. */
  readonly windowMs: number;
  /** Requests/s that all machines of this kind take together by the plan. */
  readonly rateRps: number;
}

export interface PlacedWorker {
  readonly id: number;
  /** Index of its machine type; 0 is the first rank. */
  readonly type: number;
}

export interface DispatcherConfig {
  /** In rank order: the first is given work first. */
  readonly machineTypes: readonly MachineType[];
  readonly workers: readonly PlacedWorker[];
  /** How much before the last moment a batch leaves: real timers ring late. 0 on a virtual clock. */
  readonly timerLeadMs: number;
}

/**
 * Why a batch leaves: it is full, its first deadline allows no more waiting, it waited as long as it may, a machine was idle, or
 * it runs again after it failed or was lost.
 */
export type StartReason = 'full' | 'deadline' | 'timer' | 'eager' | 'again';

export type Choice =
  | { readonly kind: 'start'; readonly first: number; readonly size: number; readonly reason: StartReason }
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'nothing' };

export const NOTHING: Choice = { kind: 'nothing' };

export interface Dispatcher {
  /**
   * Where every worker has a queue of its own: the position among the workers of the one that a new task joins.
   * Without it all share one queue.
   * @param isUp by position, whether a worker is there to serve; some is, or all are taken to be
   */
  readonly assign?: (task: Task, nowMs: number, isUp: (position: number) => boolean) => number;
  /** What an idle worker should do with its queue, which is not empty. Cost: one pass over the queue at most. */
  readonly choose: (queue: DeadlineQueue<Task>, type: number, worker: number, nowMs: number) => Choice;
  /** Whether machines of a type differ to it; otherwise, where one wants nothing of a shared queue, neither does the next. */
  readonly perWorker?: boolean;
  /** Whether the others do not collect while an idle machine of a better rank does. */
  readonly collectsFirst?: boolean;
  /** Told of every batch that starts and of its end, for rules that learn. */
  readonly started?: (worker: number, type: number, size: number, nowMs: number) => void;
  readonly ended?: (worker: number, tasks: readonly Task[], nowMs: number) => void;
  /** Told of workers that come, all of them at first, and of those that go, with what they run. */
  readonly up?: (worker: number) => void;
  readonly down?: (worker: number) => void;
}

/** Makes the dispatcher of one module; it keeps what it learns to itself. */
export type DispatchRule = (config: DispatcherConfig) => Dispatcher;
