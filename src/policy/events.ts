/** What a server tells its policy, and what the policy tells it to do. */
import type { ShedReason } from './admission.ts';
import type { StartReason } from './dispatch/dispatcher.ts';

export type PolicyEvent =
  /** Requests that are of use together only: all of them come in, or none. */
  | {
      readonly kind: 'arrival';
      readonly requests: readonly number[];
      readonly route: number;
      readonly deadlineMs: number;
      /** The lower, the more important: where not all can be served, the others give way. `USUAL_PRIORITY` without. */
      readonly priority?: number | undefined;
    }
  | WorkerEvent
  /** Answers one `split`: how many tasks it makes; none leaves nothing to wait for. */
  | { readonly kind: 'tasks'; readonly request: number; readonly stage: number; readonly count: number }
  /** No request arrives any more: nothing waits for others to share a batch with. */
  | { readonly kind: 'drain' }
  /** Nobody waits for these requests any more. */
  | { readonly kind: 'cancel'; readonly requests: readonly number[] }
  | { readonly kind: 'timer' };

/** A batch has ended, well or not, or a worker has come or gone with what it ran. */
export interface WorkerEvent {
  readonly kind: 'done' | 'failed' | 'up' | 'down';
  readonly module: number;
  readonly worker: number;
}

/** Where a task stands: a request's stage, and which of its tasks there. */
export interface TaskRef {
  readonly request: number;
  readonly stage: number;
  /** 0 but where the stage was split. */
  readonly part: number;
}

export interface SplitDecision {
  readonly kind: 'split';
  readonly request: number;
  readonly stage: number;
  readonly module: number;
  /** Where the stage goes row by row: of which of its parent's tasks; otherwise of all that its parents gave. */
  readonly parentPart: number | undefined;
}

export type Decision =
  | {
      readonly kind: 'start';
      readonly module: number;
      readonly worker: number;
      readonly tasks: readonly TaskRef[];
      readonly reason: StartReason;
    }
  | { readonly kind: 'shed'; readonly request: number; readonly reason: ShedReason }
  | { readonly kind: 'expire'; readonly request: number; readonly module: number }
  /** Its batch failed, or two workers were lost with it. */
  | {
      readonly kind: 'fail';
      readonly request: number;
      readonly module: number;
      readonly reason: 'failed' | 'lost';
    }
  | { readonly kind: 'complete'; readonly request: number }
  /** What the stage works on is there: say with `tasks` into how many tasks it falls, in the order in which that is asked. */
  | SplitDecision
  /** Deliver a `timer` event at this time; replaces what was asked before. */
  | { readonly kind: 'wait'; readonly untilMs: number };
