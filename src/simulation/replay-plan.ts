/** A replay of a plan for those who plan: how many requests were in time, and which module was later than planned. */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Replay } from '../domain/replay.ts';
import type { FanOut } from '../domain/simulation.ts';
import { seededRandom } from '../numeric/prng.ts';
import type { ArrivalProcess } from './arrivals/arrival-spec.ts';
import { arrivalTimes } from './arrivals/arrival-times.ts';
import type { BatchTimes } from './batch-times.ts';
import { firstOf, setUp, simulatePlan } from './simulate-plan.ts';

export interface ReplayUnder {
  readonly arrivals: ArrivalProcess;
  readonly times: BatchTimes;
  readonly fanOut: FanOut;
  /** Of the plan that is asked for, whatever the plan that is replayed was made for. */
  readonly rateRps: number;
  readonly sloMs: number;
}

/** Batches of equal size that confidence intervals stand on. */
const BATCHES = 20;

/** Latencies that equal the SLO but for rounding are in time. */
const ROUNDING = 1e-9;

const LOOK_EVERY = 100;

export const replayer =
  ({ arrivals, times, fanOut, rateRps, sloMs }: ReplayUnder): Replay =>
  (plan: FeasiblePlan, { rules, requests, seed, shiftMs = 0, isLost }) => {
    const run = {
      plan,
      sloMs,
      times,
      fanOut,
      seed,
      ...(rules && { rules }),
      nextSentMs: firstOf(requests, shifted(arrivalTimes(arrivals, rateRps, seed), shiftMs, seed)),
    };
    const setup = setUp(run);
    const { stages } = setup.config.routes[0]!;
    const limitMs = sloMs * (1 + ROUNDING);
    const beyondPlanMs = new Array<number>(stages.length).fill(Number.NEGATIVE_INFINITY);
    const droppedIn = new Array<number>(stages.length).fill(0);
    const inTimeByBatch = new Array<number>(BATCHES).fill(0);
    const perBatch = Math.ceil(requests / BATCHES);
    let ended = 0;
    let inTime = 0;
    let late = 0;
    let maxMs = 0;
    let isOver = false;
    simulatePlan(
      { ...run, isOver: () => isOver },
      {
        batchEnded({ module }, _, nowMs, earliestSentMs) {
          const beyondMs = nowMs - earliestSentMs - stages[module]!.dueMs;
          if (beyondMs > beyondPlanMs[module]!) beyondPlanMs[module] = beyondMs;
        },
        ended(decision, _, latencyMs) {
          if (decision.kind === 'expire') droppedIn[decision.module]! += 1;
          if (decision.kind === 'complete') {
            if (latencyMs > maxMs) maxMs = latencyMs;
            if (latencyMs <= limitMs) {
              inTime += 1;
              inTimeByBatch[Math.floor(ended / perBatch)]! += 1;
            } else late += 1;
          }
          ended += 1;
          if (isLost !== undefined && ended % LOOK_EVERY === 0) isOver = isLost(ended, inTime);
        },
      },
      setup,
    );
    return {
      requests: ended,
      inTime,
      late,
      dropped: ended - inTime - late,
      maxMs,
      beyondPlanMs,
      droppedIn,
      inTimeByBatch,
    };
  };

/** In the same order as before. */
function shifted(nextSentMs: () => number, shiftMs: number, seed: number): () => number {
  if (shiftMs === 0) return nextSentMs;
  const random = seededRandom(seed + 3);
  let lastMs = 0;
  return () => {
    lastMs = Math.max(lastMs, nextSentMs() + shiftMs * random.uniform());
    return lastMs;
  };
}
