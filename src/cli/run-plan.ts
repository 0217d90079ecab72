/**
 * Wires `harp plan`: files in, the plan of the model or by simulation, the independent check, a plan that can be served out.
 */
import { checkPlan } from '../checking/check-plan.ts';
import { violationText } from '../checking/violation.ts';
import type { LoadedApplication } from '../domain/application.ts';
import { HarpError } from '../domain/errors.ts';
import type { Billing, FeasiblePlan, Plan } from '../domain/plan.ts';
import type { Statistic } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { relativeTo, savePlan } from '../files/save-plan.ts';
import { assertWritable, isInTheWay } from '../files/write-file.ts';
import type { AblationName } from '../planning/harpagon.ts';
import { withinMemoryTogether } from '../planning/memory-in-use.ts';
import { asAsked } from '../planning/pose-problem.ts';
import type { PlannerChoice } from '../planning/problem.ts';
import { explainByModel, type ModelRequest, planByModel } from './plan-by-model.ts';
import { planBySimulation } from './plan-by-simulation.ts';
import { withPossibleSlo } from './possible-slo.ts';
import type { PromiseRequest } from './verify-plan.ts';

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

const isByModel = (request: PlanRequest): request is PlanRequest & ModelRequest =>
  request.planner !== 'simulated';

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
  const solved = isByModel(request)
    ? planByModel(application, request)
    : planBySimulation(application, request);
  let plan = asAsked(solved, application);
  if (isByModel(request)) plan = withPossibleSlo(plan, application, request);
  const { leftOut, warnings } = application;
  if (leftOut) plan = { ...plan, leftOut: [...leftOut] };
  if (warnings) plan = { ...plan, warnings: [...warnings] };
  if (plan.feasible) {
    assertSound(plan, application, request);
    plan = withinMemoryTogether(plan);
  }
  if (plan.feasible) {
    if (explain && isByModel(request))
      plan = { ...plan, explanation: explainByModel(plan, application, request) };
    if (maxCostPerHour !== undefined) {
      plan = { ...plan, gate: { maxCostPerHour, passed: plan.costPerHour <= maxCostPerHour } };
    }
  }
  // Word that there is no plan does not take the place of one.
  if (out !== undefined && (plan.feasible || !isInTheWay(out))) savePlan(out, plan);
  return relativeTo('.', plan);
}

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

const noAblation = (planner: PlannerChoice): HarpError =>
  new HarpError('usage', 'only harpagon has parts to leave out', {
    where: '--ablation',
    expected: '--planner harpagon',
    got: `--planner ${planner}`,
  });
