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

/** So many requests are replayed at once at most for a millisecond that the search may take. */
const REQUESTS_PER_MS = 100;

/** Repairs take as long as the search may; while nothing has held so many times as long. */
const PATIENCE = 2;

/**
 * Why plans for such a load cannot be replayed in this time, and in which they can; undefined where they can. What is seen before a
 * request of the first could be late says nothing.
 */
export function tooMuchToReplay(
  { rateRps, sloMs }: { readonly rateRps: number; readonly sloMs: number },
  timeLimitMs: number,
): string | undefined {
  const requests = Math.ceil((rateRps * sloMs) / 1000);
  const mostRequests = REQUESTS_PER_MS * timeLimitMs;
  if (requests <= mostRequests) return undefined;
  const seconds = Math.ceil(requests / REQUESTS_PER_MS / 1000);
  const [needed, most] = [requests, mostRequests].map((count) => count.toLocaleString('en-US'));
  return `${needed} requests arrive in one SLO, and ${most} are replayed at most; --time-limit ${seconds} allows for them`;
}

/**
 * @param planFor the planner; it is given problems with headroom
 * @returns a plan that was seen to hold, complete, or one that says why that was not looked at; or word that none was found
 */
export function verifyPlan(
  plan: CertifiedPlan,
  problem: PlanningProblem,
  application: LoadedApplication,
  planFor: (problem: PlanningProblem) => Plan,
  { timeLimitMs, ...request }: PromiseRequest & { readonly timeLimitMs: number },
): Plan {
  const unverified = tooMuchToReplay(problem, timeLimitMs);
  if (unverified !== undefined) return { ...completePlan(plan, application), guarantee: 'model', unverified };
  const startMs = performance.now();
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
    mostRequests: REQUESTS_PER_MS * timeLimitMs,
    isOver: (hasAny) => performance.now() - startMs > timeLimitMs * (hasAny ? 1 : PATIENCE),
    complete: (made: FeasiblePlan) => completePlan(made, application),
  });
}
