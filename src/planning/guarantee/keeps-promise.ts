/** Whether a plan keeps a promise, by replays that stop as soon as it is decided; and if not, which module is to blame. */
import type { Enforcement, FeasiblePlan } from '../../domain/plan.ts';
import type { Replay, Replayed } from '../../domain/replay.ts';
import { certifyingJudge, type Judge, searchJudge } from '../simulated/judge-attainment.ts';

/** What a plan must show to hold. */
export interface PlanPromise {
  /** The share of requests that is in time, 0..1. */
  readonly attainment: number;
  /** ms; of evenly spaced arrivals half a gap, by which each may be late: what holds by resonance alone is no plan. Else 0. */
  readonly shiftMs: number;
}

export interface Seen {
  readonly passed: boolean;
  /** Of all its replays. */
  readonly requests: number;
  readonly seed: number;
  /** Of the worse of its replays: the share of requests in time, 0..1, and the longest latency, ms. */
  readonly attainment: number;
  readonly maxMs: number;
  /** Position of the module where most was lost, or else of the one that was latest. */
  readonly blamed: number;
  readonly replays: number;
}

/** What plans are tried on, and what is left to certify one that a search chose among many. */
const SEED = { search: 1, certify: 2 } as const;

/** Requests, where all must be in time. *Measured*: what held for the first held for more, unless a search had chosen it. */
const FLAWLESS = { search: 10_000, certify: 30_000 } as const;

/** Load builds up over several SLOs; at high rates that is more requests, of which so many are replayed at most. */
const SLOS = 10;
const MOST_REQUESTS = 200_000;

const longEnough = ({ rateRps, sloMs }: FeasiblePlan): number =>
  Math.min(MOST_REQUESTS, Math.ceil((SLOS * rateRps * sloMs) / 1000));

/** Tried on the same requests as all others. */
export const keepsPromise = (
  replay: Replay,
  plan: FeasiblePlan,
  rules: Enforcement,
  promise: PlanPromise,
): Seen => triedOn(replay, plan, rules, promise, 'search');

/** On more requests, which no search has seen. */
export const certifiesPromise = (
  replay: Replay,
  plan: FeasiblePlan,
  rules: Enforcement,
  promise: PlanPromise,
): Seen => triedOn(replay, plan, rules, promise, 'certify');

function triedOn(
  replay: Replay,
  plan: FeasiblePlan,
  rules: Enforcement,
  { attainment, shiftMs }: PlanPromise,
  aim: keyof typeof SEED,
): Seen {
  const judge = (): Judge => {
    if (attainment === 1) return flawlessJudge(Math.max(FLAWLESS[aim], longEnough(plan)));
    return aim === 'search' ? searchJudge(attainment) : certifyingJudge(attainment);
  };
  const seed = SEED[aim];
  const first = judged(replay, plan, { rules, seed }, judge());
  if (!first.passed || shiftMs === 0) return first;
  const shifted = judged(replay, plan, { rules, seed, shiftMs }, judge());
  return {
    ...shifted,
    requests: first.requests + shifted.requests,
    attainment: Math.min(first.attainment, shifted.attainment),
    maxMs: Math.max(first.maxMs, shifted.maxMs),
    replays: first.replays + shifted.replays,
  };
}

/** The first miss decides. */
function flawlessJudge(most: number): Judge {
  let passed = true;
  return {
    most,
    isDecided: (ended, inTime) => {
      passed = inTime === ended;
      return !passed;
    },
    verdict: () => ({ passed, attainment: Number(passed), margin: 0 }),
  };
}

interface Trial {
  readonly rules: Enforcement;
  readonly seed: number;
  readonly shiftMs?: number;
}

function judged(replay: Replay, plan: FeasiblePlan, trial: Trial, judge: Judge): Seen {
  const seen = replay(plan, { ...trial, requests: judge.most, isLost: judge.isDecided });
  return {
    passed: judge.verdict().passed,
    requests: seen.requests,
    seed: trial.seed,
    attainment: seen.inTime / seen.requests,
    maxMs: seen.maxMs,
    blamed: blamedOf(seen),
    replays: 1,
  };
}

function blamedOf({ droppedIn, beyondPlanMs }: Replayed): number {
  const lost = Math.max(...droppedIn);
  return lost > 0 ? droppedIn.indexOf(lost) : beyondPlanMs.indexOf(Math.max(...beyondPlanMs));
}
