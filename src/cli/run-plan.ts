/** Plans an application: files in, the named planner, a plan that can be served out. */
import type { Billing, Plan } from '../domain/plan.ts';
import type { Statistic } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { relativeTo, savePlan } from '../files/save-plan.ts';
import { assertWritable } from '../files/write-file.ts';
import { completePlan } from '../planning/complete-plan.ts';
import { PLANNERS } from '../planning/planners.ts';
import { poseProblem } from '../planning/pose-problem.ts';
import type { PlannerName } from '../planning/problem.ts';

export interface PlanRequest {
  /** An application's file, a profile's, or "-". */
  readonly application: string;
  readonly rateRps: number | undefined;
  readonly sloMs: number | undefined;
  readonly planner: PlannerName;
  readonly billing: Billing;
  readonly statistic: Statistic | undefined;
  readonly dummies: boolean;
  readonly pricesFile: string | undefined;
  readonly out: string | undefined;
}

/**
 * Writes the plan to `out` where that is given, also one that says why there is none.
 * @returns the plan, its files relative to the current folder
 */
export function runPlan(request: PlanRequest): Plan {
  const { planner, billing, dummies, out } = request;
  if (out !== undefined) assertWritable(out);
  const application = loadApplication(request.application, request);
  const problem = poseProblem(application, billing);
  const startMs = performance.now();
  const solved = PLANNERS[planner](problem, { dummies });
  const solveMs = Math.round((performance.now() - startMs) * 1000) / 1000;
  const plan = { ...(solved.feasible ? completePlan(solved, application) : solved), solveMs };
  if (out !== undefined) savePlan(out, plan);
  return relativeTo('.', plan);
}
