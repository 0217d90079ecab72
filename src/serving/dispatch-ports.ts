/** What the dispatching loop carries decisions out with, and whom it tells of them. */
import type { BatchOutcome } from '../engine/worker-port.ts';
import type { Decision, PolicyEvent } from '../policy/events.ts';
import type { ScaledSetup, ScaledState } from '../scaling/scaled-state.ts';
import type { TriedResize } from './resizer.ts';

export type StartDecision = Decision & { kind: 'start' };
export type EndDecision = Exclude<Decision, { kind: 'start' | 'wait' | 'split' }>;

/** When a request is due, and how important it is. */
export type Terms = Pick<PolicyEvent & { kind: 'arrival' }, 'deadlineMs' | 'priority'>;

/** Who keeps the tensors: the loop moves numbers only. */
export interface BatchCarrier {
  /** The slots of the batch's rows, in its order. */
  slotsOf(start: StartDecision): number[];
  /**
   * Into how many tasks a stage of a request falls,
   * @param parentPart or only what this task of its parent's gave
   * @throws Error where that cannot be said
   */
  tasksOf(request: number, stage: number, parentPart?: number): number;
  /** A batch has run: keep what its rows gave. */
  keep(start: StartDecision, outcome: BatchOutcome): void;
  /** A request has come to an end; where its batch failed, with what the worker said. */
  end(decision: EndDecision, failure?: Error): void;
}

/** Told how every batch went whose worker was not lost with it: those run again. */
export interface BatchWatch {
  ran(start: StartDecision, outcome: BatchOutcome): void;
  /** The engine refused it or went wrong; its rows end, or run again in smaller batches. */
  failed(start: StartDecision): void;
}

/** For modules whose cores follow their deadlines. */
export interface LoopScaling {
  readonly setup: ScaledSetup;
  readonly told: {
    /** After every event: it may have changed a decision. */
    decided(state: ScaledState): void;
    /** After a tick. */
    ticked(state: ScaledState): void;
    tried(resize: TriedResize): void;
  };
}
