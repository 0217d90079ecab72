/**
 * Wires `harp plan`: files in, the named planner, the certificate, the replay that makes it a guarantee, the independent check, a
 * plan that can be served out.
 */
import { existsSync } from 'node:fs';
import { checkPlan } from '../checking/check-plan.ts';
import { violationText } from '../checking/violation.ts';
import type { LoadedApplication } from '../domain/application.ts';
import { HarpError } from '../domain/errors.ts';
import type { Billing, FeasiblePlan, Plan } from '../domain/plan.ts';
import type { Statistic } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { relativeTo, savePlan } from '../files/save-plan.ts';
import { assertWritable } from '../files/write-file.ts';
import { roundTo } from '../numeric/round-to.ts';
import { certify } from '../planning/certify.ts';
import { completePlan } from '../planning/complete-plan.ts';
import { explainPlan } from '../planning/explain/explain-plan.ts';
import { headroomOf, withHeadroom } from '../planning/guarantee/headroom.ts';
import { ABLATIONS, type AblationName } from '../planning/harpagon.ts';
import { solveOptimal } from '../planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../planning/planners.ts';
import { asAsked, poseProblem } from '../planning/pose-problem.ts';
import type { PlannerChoice, PlannerName, PlanningProblem } from '../planning/problem.ts';
import { planBySimulation } from './plan-by-simulation.ts';
import { type PromiseRequest, verifyPlan } from './verify-plan.ts';

export interface PlanRequest {
  /** An application's file, a profile's, or "-". */
  readonly application: string;
  readonly rateRps: number | undefined;
  readonly sloMs: number | undefined;
  /** Of the SLO, for what happens outside the engine; the application's by default. */
  readonly reserveMs: number | undefined;
  readonly planner: PlannerChoice;
  /** Of harpagon. */
  readonly ablation: AblationName | undefined;
  /** For the search, for its replays and repairs, and again for the explanation. */
  readonly timeLimitMs: number;
  readonly billing: Billing;
  readonly statistic: Statistic | undefined;
  readonly dummies: boolean;
  readonly pricesFile: string | undefined;
  readonly explain: boolean;
  readonly maxCostPerHour: number | undefined;
  /** What a replay must show; absent where the model's word suffices. */
  readonly promise?: PromiseRequest;
  readonly out: string | undefined;
}

type ModelRequest = PlanRequest & { readonly planner: PlannerName };

const isByModel = (request: PlanRequest): request is ModelRequest => request.planner !== 'simulated';

/**
 * Writes the plan to `out` where that is given, also one that costs more than the limit; one that says why there is none only
 * where no file stands.
 * @returns the plan, its files relative to the current folder
 */
export function runPlan(request: PlanRequest): Plan {
  const { explain, maxCostPerHour, out } = request;
  if (request.ablation !== undefined && request.planner !== 'harpagon') throw noAblation(request.planner);
  if (out !== undefined) assertWritable(out);
  const application = loadApplication(request.application, request);
  const solved = isByModel(request) ? planFor(application, request) : planBySimulation(application, request);
  let plan = asAsked(solved, application);
  const { leftOut } = application;
  if (leftOut) plan = { ...plan, leftOut: [...leftOut] };
  if (plan.feasible) {
    assertSound(plan, application, request);
    if (explain && isByModel(request))
      plan = { ...plan, explanation: explanationOf(plan, application, request) };
    if (maxCostPerHour !== undefined) {
      plan = { ...plan, gate: { maxCostPerHour, passed: plan.costPerHour <= maxCostPerHour } };
    }
  }
  // Word that there is no plan does not take the place of one.
  if (out !== undefined && (plan.feasible || !existsSync(out))) savePlan(out, plan);
  return relativeTo('.', plan);
}

/** The named planner's plan with its certificate, or one that was seen to hold. */
function planFor(application: LoadedApplication, request: ModelRequest): Plan {
  const problem = poseProblem(application, request.billing);
  const { plan: solved, solveMs, lowerBoundPerHour } = solve(problem, request);
  if (!solved.feasible) return { ...solved, solveMs };
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

const replanWithin = (request: ModelRequest, problem: PlanningProblem, expired: () => boolean): Plan =>
  request.planner === 'optimal'
    ? solveOptimal(problem, { dummies: request.dummies, expired }).plan
    : planWith(request, problem);

/** Throws where a planner's figures do not add up: a bug, whatever the user did. */
function assertSound(
  plan: FeasiblePlan,
  application: LoadedApplication,
  { billing, dummies }: PlanRequest,
): void {
  const violations = checkPlan(plan, { ...application, billing, dummies });
  if (violations.length === 0) return;
  throw new Error(`the plan of ${plan.planner} does not hold: ${violations.map(violationText).join('; ')}`);
}

function explanationOf(plan: FeasiblePlan, application: LoadedApplication, request: ModelRequest) {
  const expired = timer(request.timeLimitMs);
  const headroom = headroomOf(plan);
  const replan = (changed: LoadedApplication): Plan =>
    replanWithin(request, withHeadroom(poseProblem(changed, request.billing), headroom), expired);
  return explainPlan(plan, application, replan, expired);
}

/** @returns whether the time has passed */
function timer(limitMs: number): () => boolean {
  const endMs = performance.now() + limitMs;
  return () => performance.now() > endMs;
}

function timed<Result>(work: () => Result): { result: Result; tookMs: number } {
  const startMs = performance.now();
  const result = work();
  return { result, tookMs: roundTo(performance.now() - startMs, 3) };
}

const noAblation = (planner: PlannerChoice): HarpError =>
  new HarpError('usage', 'only harpagon has parts to leave out', {
    where: '--ablation',
    expected: '--planner harpagon',
    got: `--planner ${planner}`,
  });
