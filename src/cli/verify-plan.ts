/** Wires the replay behind a plan's guarantee: what arrives, how it fans out, exact durations, and the repair where a plan misses. */
import type { LoadedApplication } from '../domain/application.ts';
import type { FeasiblePlan, Plan } from '../domain/plan.ts';
import type { FanOut } from '../domain/simulation.ts';
import { completePlan } from '../planning/complete-plan.ts';
import { type CertifiedPlan, guaranteePlan } from '../planning/guarantee/guarantee-plan.ts';
import type { PlanningProblem } from '../planning/problem.ts';
import type { ArrivalProcess } from '../simulation/arrivals/arrival-spec.ts';
import { replayer } from '../simulation/replay-plan.ts';
import { loadArrivals } from './load-arrivals.ts';

/** Under which requests a plan is to hold. */
export interface PromiseRequest {
  /** As `loadArrivals` reads them. */
  readonly arrivals: string;
  /** The share in time, 0..1; by default all of them where they are evenly spaced, 0.99 of others. */
  readonly attainment: number | undefined;
  readonly fanOut: FanOut;
}

/** The share of requests that must be in time. */
export const attainmentOf = ({ kind }: ArrivalProcess, { attainment }: PromiseRequest): number =>
  attainment ?? (kind === 'uniform' ? 1 : 0.99);

/** A replay takes as many requests as it needs. */
export const endless = (arrivals: ArrivalProcess): ArrivalProcess =>
  arrivals.kind === 'trace' ? { ...arrivals, afterwards: 'repeat' } : arrivals;

/**
 * @param planFor the planner; it is given problems with headroom
 * @returns a plan that was seen to hold, complete; or word that none was found
 */
export function verifyPlan(
  plan: CertifiedPlan,
  problem: PlanningProblem,
  application: LoadedApplication,
  planFor: (problem: PlanningProblem) => Plan,
  request: PromiseRequest,
): Plan {
  const { fanOut } = request;
  const arrivals = endless(loadArrivals(request.arrivals));
  const { rateRps, sloMs } = problem;
  const replayWith = (process: ArrivalProcess) =>
    replayer({ arrivals: process, times: { kind: 'exact' }, fanOut, rateRps, sloMs });
  return guaranteePlan(plan, problem, {
    promise: {
      attainment: attainmentOf(arrivals, request),
      shiftMs: arrivals.kind === 'uniform' ? 500 / rateRps : 0,
    },
    arrivals: request.arrivals,
    fanOut,
    replay: replayWith(arrivals),
    poisson: arrivals.kind === 'poisson' ? undefined : replayWith({ kind: 'poisson' }),
    planFor,
    complete: (made: FeasiblePlan) => completePlan(made, application),
  });
}
