/** What a policy knows: its modules, the requests under way, and what they wait for. Callers own it and hand it in. */
import type { DeadlineRule } from '../domain/enforcement.ts';
import { RisingTable } from '../numeric/rising-table.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { createModule, type ModuleConfig, type ModuleState } from './module-state.ts';
import type { Route } from './route.ts';
import type { Ticket } from './ticket.ts';

export interface PolicyConfig {
  readonly modules: readonly ModuleConfig[];
  readonly routes: readonly Route[];
  /** When a stage is due. */
  readonly deadlines: DeadlineRule;
  /** What the plan keeps of a request's time for what happens outside the engine: deadlines that spend all of it spend so much less. */
  readonly reserveMs: number;
  /** Whether a stage begins no earlier than its parents were due: results are passed on at their planned times. */
  readonly paced: boolean;
}

/** A stage, or what comes of one of its parent's tasks there, that waits for its parents' planned time. */
interface Held {
  readonly deadlineMs: number;
  readonly sequence: number;
  readonly ticket: Ticket;
  readonly stage: number;
  /** As in a split. */
  readonly parentPart: number | undefined;
}

/** Told by `step` what somebody beside it decides about. */
export interface PolicyWatch {
  /** A task has come to a module. */
  readonly taskReady: (module: number, deadlineMs: number, nowMs: number) => void;
  /** A module is about to give its idle workers batches. */
  readonly beforeStarts: (module: number, nowMs: number) => void;
}

export interface PolicyState {
  readonly config: PolicyConfig;
  readonly modules: readonly ModuleState[];
  readonly tickets: RisingTable<Ticket>;
  /** By the time at which they begin. */
  readonly held: DeadlineQueue<Held>;
  /** When each module wants to look again. */
  readonly wakeMs: Float64Array;
  /** Modules that may have something to start. */
  readonly touched: boolean[];
  nextSequence: number;
  /** Of all requests so far: who is not more important need not look who would give way. */
  leastImportant: number;
  /** No request arrives any more. */
  draining: boolean;
  watch?: PolicyWatch;
}

export function createPolicy(config: PolicyConfig): PolicyState {
  return {
    config,
    modules: config.modules.map(createModule),
    tickets: new RisingTable(),
    held: new DeadlineQueue(),
    wakeMs: new Float64Array(config.modules.length).fill(Number.POSITIVE_INFINITY),
    touched: config.modules.map(() => false),
    nextSequence: 0,
    leastImportant: Number.NEGATIVE_INFINITY,
    draining: false,
  };
}
