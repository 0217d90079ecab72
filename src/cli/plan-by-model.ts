/** Wires the planners of the model: the certificate of the named one's plan, the replay that makes it a guarantee, and what explains it. */
import type { LoadedApplication } from '../domain/application.ts';
import type { Billing, FeasiblePlan, Plan } from '../domain/plan.ts';
import { roundTo } from '../numeric/round-to.ts';
import { certify } from '../planning/certify.ts';
import { completePlan } from '../planning/complete-plan.ts';
import { withEnough } from '../planning/enough-machines.ts';
import { explainPlan } from '../planning/explain/explain-plan.ts';
import { headroomOf, withHeadroom } from '../planning/guarantee/headroom.ts';
import { ABLATIONS, type AblationName } from '../planning/harpagon.ts';
import { solveOptimal } from '../planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../planning/planners.ts';
import { poseProblem } from '../planning/pose-problem.ts';
import type { PlannerName, PlanningProblem } from '../planning/problem.ts';
import { type PromiseRequest, verifyPlan } from './verify-plan.ts';

export interface ModelRequest {
  readonly planner: PlannerName;
  /** Of harpagon. */
  readonly ablation: AblationName | undefined;
  readonly billing: Billing;
  readonly dummies: boolean;
  /** For the search, for its replays and repairs, and again for the explanation. */
  readonly timeLimitMs: number;
  /** What a replay must show; absent where the model's word suffices. */
  readonly promise?: PromiseRequest;
}

/** The named planner's plan with its certificate, or one that was seen to hold. */
export function planByModel(application: LoadedApplication, request: ModelRequest): Plan {
  const problem = poseProblem(application, request.billing);
  const { plan: solved, solveMs, lowerBoundPerHour } = solve(problem, request);
  if (!solved.feasible) {
    const expired = timer(request.timeLimitMs);
    const refused = withEnough(solved, problem, (changed) => replanWithin(request, changed, expired));
    return { ...refused, solveMs };
  }
  const plan = { ...certify(solved, lowerBoundPerHour), lowerBoundPerHour, solveMs };
  if (request.promise === undefined) return { ...completePlan(plan, application), guarantee: 'model' };
  const replan = (changed: PlanningProblem): Plan =>
    replanWithin(request, changed, timer(request.timeLimitMs / REPAIRS));
  const promise = { ...request.promise, timeLimitMs: request.timeLimitMs };
  return { ...verifyPlan(plan, problem, application, replan, promise), solveMs };
}

/** A repair plans so often at most, or nearly, in the time of the first plan. */
const REPAIRS = 20;

interface Solved {
  readonly plan: Plan;
  /** What the named planner took. */
  readonly solveMs: number;
  /** Of this problem, whoever plans. */
  readonly lowerBoundPerHour: number;
}

function solve(problem: PlanningProblem, request: ModelRequest): Solved {
  const { dummies, timeLimitMs } = request;
  const optimal = timed(() => solveOptimal(problem, { dummies, expired: timer(timeLimitMs) }));
  const { plan, lowerBoundPerHour } = optimal.result;
  if (request.planner === 'optimal') return { plan, lowerBoundPerHour, solveMs: optimal.tookMs };
  const own = timed(() => planWith(request, problem));
  return { plan: own.result, lowerBoundPerHour, solveMs: own.tookMs };
}

const planWith = ({ planner, ablation, dummies }: ModelRequest, problem: PlanningProblem): Plan =>
  PLANNERS[planner](problem, { dummies, ...(ablation && ABLATIONS[ablation]) });

/** By the same planner, without certificate and replay. */
export const replanWithin = (
  request: ModelRequest,
  problem: PlanningProblem,
  expired: () => boolean,
): Plan =>
  request.planner === 'optimal'
    ? solveOptimal(problem, { dummies: request.dummies, expired }).plan
    : planWith(request, problem);

/** What binds and what else there is, by the same planner. */
export function explainByModel(plan: FeasiblePlan, application: LoadedApplication, request: ModelRequest) {
  const expired = timer(request.timeLimitMs);
  const headroom = headroomOf(plan);
  const replan = (changed: LoadedApplication): Plan =>
    replanWithin(request, withHeadroom(poseProblem(changed, request.billing), headroom), expired);
  return explainPlan(plan, application, replan, expired);
}

/** @returns whether the time has passed */
export function timer(limitMs: number): () => boolean {
  const endMs = performance.now() + limitMs;
  return () => performance.now() > endMs;
}

function timed<Result>(work: () => Result): { result: Result; tookMs: number } {
  const startMs = performance.now();
  const result = work();
  return { result, tookMs: roundTo(performance.now() - startMs, 3) };
}
