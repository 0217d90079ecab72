/** What planning asks of a simulation: it is handed a function, and imports none. */
import type { Enforcement } from './enforcement.ts';
import type { FeasiblePlan } from './plan.ts';

export interface ReplayTerms {
  /** The plan's own by default. */
  readonly rules?: Enforcement;
  readonly requests: number;
  readonly seed: number;
  /** Every arrival is later by a random part of this, ms, and no earlier than the one before; 0 by default. */
  readonly shiftMs?: number;
  /** Asked after every hundred requests that have ended; the replay then stops. */
  readonly isLost?: (ended: number, inTime: number) => boolean;
}

export interface Replayed {
  /** That have ended. */
  readonly requests: number;
  readonly inTime: number;
  /** The longest latency of those answered, ms. */
  readonly maxMs: number;
  /** Answered late, and not answered at all. */
  readonly late: number;
  readonly dropped: number;
  /** Of each module: the latest end of a stage beyond what was planned for the path up to it, ms; below 0 if none was late. */
  readonly beyondPlanMs: readonly number[];
  /** Requests that were given up in the queue of each module. */
  readonly droppedIn: readonly number[];
  /** In time or not, in the order of ending, summed over this many batches of equal size, for confidence intervals. */
  readonly inTimeByBatch: readonly number[];
}

/** Runs a plan in virtual time with the daemon's decisions; what arrives and how long batches take is the function's. */
export type Replay = (plan: FeasiblePlan, terms: ReplayTerms) => Replayed;
