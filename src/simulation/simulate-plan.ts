/** Runs a plan in virtual time: its workers, its rules, requests as they are said to arrive. Who wants to know what happened observes. */
import type { Enforcement } from '../domain/enforcement.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { FanOut } from '../domain/simulation.ts';
import { seededRandom } from '../numeric/prng.ts';
import { configurePolicy, type PolicySetup } from '../policy/configure-policy.ts';
import { type BatchTimes, batchTimes } from './batch-times.ts';
import { taskCounts } from './fan-out.ts';
import { type Fault, type Observer, simulate } from './simulate.ts';

export interface PlanRun {
  readonly plan: FeasiblePlan;
  /** The plan's by default. */
  readonly rules?: Enforcement;
  /** The plan's by default, ms. */
  readonly sloMs?: number;
  /** When the next request is sent, ms; infinite at the end. */
  readonly nextSentMs: () => number;
  readonly times: BatchTimes;
  readonly fanOut?: FanOut;
  /** Of batch times and fan-out; arrivals have their own. */
  readonly seed: number;
  readonly faults?: readonly Fault[];
  readonly delayMs?: (sentMs: number) => number;
  readonly isOver?: () => boolean;
}

/** Nothing is passed on or rings late in virtual time. */
const LIMITS = { queueLimit: 100_000, timerLeadMs: 0, aheadMs: 0 };

export const setUp = ({ plan, rules }: PlanRun): PolicySetup => configurePolicy(plan, LIMITS, rules);

/** @returns when the last request ended, ms */
export function simulatePlan(run: PlanRun, observer: Observer, setup: PolicySetup = setUp(run)): number {
  const { plan, sloMs = plan.sloMs, fanOut = 'even', seed, faults, delayMs, isOver } = run;
  // Each cause has random numbers of its own, so that what changes in one leaves the others as they were.
  const counts = taskCounts(plan, fanOut, seededRandom(seed + 1));
  return simulate({
    setup,
    sloMs,
    nextSentMs: run.nextSentMs,
    batchMs: batchTimes(plan, setup.workers, run.times, seededRandom(seed + 2)),
    ...(counts && { tasksOf: counts.of }),
    ...(faults && { faults }),
    ...(delayMs && { delayMs }),
    ...(isOver && { isOver }),
    observer: counts ? forgetting(observer, counts.forget) : observer,
  });
}

const forgetting = (observer: Observer, forget: (request: number) => void): Observer => ({
  ...observer,
  ended(decision, nowMs, latencyMs) {
    forget(decision.request);
    observer.ended(decision, nowMs, latencyMs);
  },
});

/** Only the first requests. */
export function firstOf(requests: number, nextSentMs: () => number): () => number {
  let left = requests;
  return () => (left-- > 0 ? nextSentMs() : Number.POSITIVE_INFINITY);
}

/** Only requests sent before a time. */
export const before = (endMs: number, nextSentMs: () => number): (() => number) => {
  return () => {
    const timeMs = nextSentMs();
    return timeMs < endMs ? timeMs : Number.POSITIVE_INFINITY;
  };
};
