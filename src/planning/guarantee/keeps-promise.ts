/**
 * Whether plans keep a promise, by replays that stop as soon as it is decided; and if not, which module is to blame. A plan must
 * pass several; those that others failed come first: mostly the next plan fails them too, and the rest is saved.
 */
import type { Enforcement } from '../../domain/enforcement.ts';
import type { FeasiblePlan } from '../../domain/plan.ts';
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
  /** Of all its replays of that aim. */
  readonly requests: number;
  readonly seed: number;
  /** Of the worse of its replays: the share of requests in time, 0..1, and the longest latency, ms. */
  readonly attainment: number;
  readonly maxMs: number;
  /** Position of the module where most was lost, or else of the one that was latest. */
  readonly blamed: number;
}

/** What plans are tried on, and what is left to certify one that a search chose among many. */
const SEED = { search: 1, certify: 2 } as const;

/** Requests, where all must be in time. *Measured*: what held for the first held for more, unless a search had chosen it. */
const FLAWLESS = { search: 10_000, certify: 30_000 } as const;

/** To be tried on the same requests as all others, or on all there are. */
export type Aim = keyof typeof SEED;

interface Trial {
  readonly aim: Aim;
  readonly shiftMs: number;
  /** Some plan has: then the search tries all others on it. */
  hasFailed: boolean;
}

/** Load builds up over several SLOs; at high rates that is more requests than are replayed. */
const SLOS = 10;

export interface Examination {
  /** Adds what a replay needs to know of the plan's machines. */
  readonly complete: (plan: FeasiblePlan) => FeasiblePlan;
  readonly replay: Replay;
  readonly promise: PlanPromise;
  /** Requests that one replay may take, where all must be in time and `FLAWLESS` ones are not enough. */
  readonly mostRequests: number;
}

export interface Examiner {
  /** What was seen of the same machines with the same time for each is not replayed again. */
  readonly examine: (plan: FeasiblePlan, rules: Enforcement, aim: Aim) => Seen;
  /** Made so far. */
  readonly replays: () => number;
}

export function examiner({ replay, complete, promise, mostRequests }: Examination): Examiner {
  const shifts = promise.shiftMs > 0 ? [promise.shiftMs, 0] : [0];
  const trials = (['search', 'certify'] as const).flatMap((aim) =>
    shifts.map((shiftMs): Trial => ({ aim, shiftMs, hasFailed: false })),
  );
  const known = new Map<string, Seen>();
  let replays = 0;

  function judgeOf({ rateRps, sloMs }: FeasiblePlan, aim: Aim): Judge {
    const { attainment } = promise;
    const longEnough = Math.min(mostRequests, Math.ceil((SLOS * rateRps * sloMs) / 1000));
    if (attainment === 1) return flawlessJudge(Math.max(FLAWLESS[aim], longEnough));
    return aim === 'search' ? searchJudge(attainment) : certifyingJudge(attainment);
  }

  function tryOut(plan: FeasiblePlan, rules: Enforcement, { aim, shiftMs }: Trial): Seen {
    const judge = judgeOf(plan, aim);
    const seed = SEED[aim];
    const seen = replay(plan, { rules, seed, shiftMs, requests: judge.most, isLost: judge.isDecided });
    replays += 1;
    return {
      passed: judge.verdict().passed,
      requests: seen.requests,
      seed,
      attainment: seen.inTime / seen.requests,
      maxMs: seen.maxMs,
      blamed: blamedOf(seen),
    };
  }

  function look(plan: FeasiblePlan, rules: Enforcement, trial: Trial): Seen {
    const key = JSON.stringify([trial.aim, trial.shiftMs, rules, machinesOf(plan, rules)]);
    const seen = known.get(key) ?? tryOut(plan, rules, trial);
    known.set(key, seen);
    return seen;
  }

  function examine(made: FeasiblePlan, rules: Enforcement, aim: Aim): Seen {
    const plan = complete(made);
    const passed: Seen[] = [];
    for (const trial of trials.toSorted((a, b) => Number(b.hasFailed) - Number(a.hasFailed))) {
      if (aim === 'search' && trial.aim !== aim && !trial.hasFailed) continue;
      const seen = look(plan, rules, trial);
      if (!seen.passed) {
        trial.hasFailed = true;
        return seen;
      }
      if (trial.aim === aim) passed.push(seen);
    }
    return passed.reduce(together);
  }

  return { examine, replays: () => replays };
}

const together = (a: Seen, b: Seen): Seen => ({
  ...b,
  requests: a.requests + b.requests,
  attainment: Math.min(a.attainment, b.attainment),
  maxMs: Math.max(a.maxMs, b.maxMs),
});

/** What decides how it goes: the machines, and, unless deadlines are the SLO's alone, the time for each module. */
const machinesOf = ({ modules }: FeasiblePlan, { deadlines }: Enforcement) =>
  modules.map(({ budgetMs, worstCaseMs, extraRequests, allocations }) => [
    allocations.map(({ hardware, cores, batchSize, machines }) => [
      ...[hardware, cores, batchSize, Math.ceil(machines)],
    ]),
    ...(deadlines === 'slo' ? [] : [budgetMs, worstCaseMs, extraRequests]),
  ]);

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

function blamedOf({ droppedIn, beyondPlanMs }: Replayed): number {
  const lost = Math.max(...droppedIn);
  return lost > 0 ? droppedIn.indexOf(lost) : beyondPlanMs.indexOf(Math.max(...beyondPlanMs));
}
