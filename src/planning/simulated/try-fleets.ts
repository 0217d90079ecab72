/**
 * Tries fleets: each is simulated with the same random numbers as all others, given up as soon as it is lost, and, if it holds,
 * run again with fresh ones, which alone certify it.
 */
import type { LoadedApplication } from '../../domain/application.ts';
import { ENFORCEMENT, type Enforcement } from '../../domain/enforcement.ts';
import type { FeasiblePlan } from '../../domain/plan.ts';
import type { Replay, Replayed } from '../../domain/replay.ts';
import type { PlanningProblem } from '../problem.ts';
import type { Fleet } from './fleet.ts';
import { fleetPlan } from './fleet-plan.ts';
import { certifyingJudge, type Judge, searchJudge, type Verdict } from './judge-attainment.ts';

/** What a plan must keep, and under what. */
export interface Promised {
  readonly replay: Replay;
  /** Share of requests in time, 0..1. */
  readonly attainment: number;
  /** Coefficient of variation of the gaps between arrivals. */
  readonly cv: number;
  readonly isPoisson: boolean;
  /** A fleet must also hold where every arrival is late by a random part of this, ms; 0 for no such thing. */
  readonly shiftMs: number;
}

/** A fleet that held where all are tried. */
export interface Held {
  readonly fleet: Fleet;
  readonly plan: FeasiblePlan;
}

/** With the run that certifies it, the worst if there were several. */
export interface Certified extends Held {
  readonly verdict: Verdict;
  readonly run: Replayed;
  /** Of its random numbers. */
  readonly seed: number;
}

export interface Trials {
  /** Both: undefined where it does not hold. */
  readonly attempt: (fleet: Fleet, rules?: Enforcement) => Held | undefined;
  readonly certify: (held: Held) => Certified | undefined;
  /** Fleets tried. */
  readonly simulations: () => number;
}

/** Random numbers of the search, the same for every fleet, and of the first certificate; each has its own: no luck is had twice. */
export const SEEDS = { search: 1, certification: 1_000_003 } as const;

/** A run has several seeds, one after the other. */
const SEEDS_OF_RUN = 10;

/** Runs that must certify a plan that might collapse: that comes in bursts, of which a single run may have none. */
const RUNS_IF_COLLAPSES = 2;

export function trialsOf(
  problem: PlanningProblem,
  application: LoadedApplication,
  { replay, attainment, shiftMs }: Promised,
): Trials {
  let simulations = 0;
  let certificates = 0;
  const judged = (
    plan: FeasiblePlan,
    judge: Judge,
    terms: { readonly seed: number; readonly shiftMs?: number },
  ): Pick<Certified, 'verdict' | 'run'> => {
    const run = replay(plan, { requests: judge.most, ...terms, isLost: judge.isDecided });
    return { run, verdict: judge.verdict() };
  };
  const holds = (plan: FeasiblePlan, shiftedMs: number): boolean =>
    judged(plan, searchJudge(attainment), { seed: SEEDS.search, shiftMs: shiftedMs }).verdict.passed;
  return {
    attempt: (fleet, rules = ENFORCEMENT) => {
      simulations += 1;
      const plan = fleetPlan(problem, application, fleet, rules);
      return holds(plan, 0) && (shiftMs === 0 || holds(plan, shiftMs)) ? { fleet, plan } : undefined;
    },
    certify: (held) => {
      // What goes wrong in one module comes to the next, and back as late requests that take up machines: it lasts longer.
      const requestsPerBudget = (problem.modules.length * problem.rateRps * problem.sloMs) / 1000;
      const collapses = problem.modules.length > 1 && held.plan.enforcement?.deadlines === 'slo';
      let worst: Certified | undefined;
      for (let left = collapses ? RUNS_IF_COLLAPSES : 1; left > 0; left--) {
        const seed = SEEDS.certification + SEEDS_OF_RUN * certificates++;
        const judge = certifyingJudge(attainment, { requestsPerBudget, collapses });
        const certified = { ...held, seed, ...judged(held.plan, judge, { seed }) };
        if (!certified.verdict.passed) return undefined;
        if (worst === undefined || certified.verdict.attainment < worst.verdict.attainment) worst = certified;
      }
      return worst;
    },
    simulations: () => simulations,
  };
}
