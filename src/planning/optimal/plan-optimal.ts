/**
 * The planner `optimal`: the cheapest plan of the model, proven. What every module costs at every latency is worked out
 * exactly, then the SLO is split by branch and bound; counted machines are shared by branching on who gets how many. Ours; it
 * goes beyond the heuristic of Harpagon (arXiv 2412.06161), whose dispatching and scheduling it plans for.
 */
import { type InfeasibleReason, type Plan, TOLERANCE } from '../../domain/plan.ts';
import { certify } from '../certify.ts';
import { feasiblePlan, infeasiblePlan } from '../make-plan.ts';
import { longestPath, longestPathLength, parentsOf, pathsThrough } from '../paths.ts';
import type { Planner, PlanningProblem } from '../problem.ts';
import { noCapacity, noPoint, tooTight } from '../why-infeasible.ts';
import { fastestMs, outOfReach, within } from '../worst-case.ts';
import { costPieces } from './cost-pieces.ts';
import { dagOf } from './dag.ts';
import type { Reach } from './plan-within.ts';
import { shareExactly } from './share-exactly.ts';

export interface OptimalOptions {
  /** Whether padding may be bought. */
  readonly dummies: boolean;
  /** Whether time is up; then the plan is the best one found so far. */
  readonly expired?: () => boolean;
}

export interface Optimum {
  readonly plan: Plan;
  /** No plan of the model costs less, USD per hour; infinite where there is none. */
  readonly lowerBoundPerHour: number;
  /** Whether the plan, or that there is none, is proven, to 1e-6 relative. */
  readonly proven: boolean;
  /** Boxes that the search looked at. */
  readonly boxes: number;
}

const DISPATCH = 'batch-aware';

/** Of the rules only `dummies` counts; a plan of a few modules takes about half a millisecond. */
export const planOptimal: Planner = (problem, { dummies = true } = {}) =>
  solveOptimal(problem, { dummies }).plan;

export function solveOptimal(
  problem: PlanningProblem,
  { dummies, expired = () => false }: OptimalOptions,
): Optimum {
  const reach = reachOf(problem);
  const none = (
    reason: InfeasibleReason,
    proven: boolean,
    lowerBoundPerHour: number,
    boxes: number,
  ): Optimum => ({
    plan: infeasiblePlan(problem, 'optimal', reason),
    lowerBoundPerHour,
    proven,
    boxes,
  });
  const neededMs = longestPathLength(reach.dag.parents, reach.fastestMs);
  if (outOfReach(DISPATCH, neededMs, problem.sloMs)) {
    const reason = tooTight(problem, longestPath(reach.dag.parents, reach.fastestMs), neededMs);
    return none(reason, true, Number.POSITIVE_INFINITY, 0);
  }
  const { schedules, boundPerHour, boxes } = shareExactly(problem, reach, dummies, expired);
  if (schedules === undefined) {
    const proven = boundPerHour === Number.POSITIVE_INFINITY;
    return none(whyNone(problem, reach, dummies, proven), proven, boundPerHour, boxes);
  }
  const found = feasiblePlan(problem, 'optimal', { dispatch: DISPATCH }, schedules);
  const lowerBoundPerHour = Math.min(boundPerHour, found.costPerHour);
  const plan = certify(found, lowerBoundPerHour);
  return { plan, lowerBoundPerHour, proven: plan.optimal === true, boxes };
}

function reachOf({ modules, sloMs }: PlanningProblem): Reach {
  const dag = dagOf(parentsOf(modules));
  const fastest = modules.map(({ points }) => fastestMs(DISPATCH, points));
  // The tolerance of every limit, less what rounding may add.
  const limitMs = sloMs * (1 + 0.9 * TOLERANCE);
  const throughMs = pathsThrough(dag.parents, fastest);
  return {
    dag,
    sloMs,
    limitMs,
    fastestMs: fastest,
    loosestMs: fastest.map((ms, module) => ms + limitMs - throughMs[module]!),
  };
}

/** Without dummies no schedule may be fast enough, however many machines there are; otherwise there are too few. */
function whyNone(
  problem: PlanningProblem,
  { dag }: Reach,
  dummies: boolean,
  proven: boolean,
): InfeasibleReason {
  const { modules, billing, sloMs } = problem;
  if (!dummies) {
    const terms = { billing, dummies, capacity: new Map() };
    const atBestMs = modules.map(
      (module) => costPieces(module, terms, { loosestMs: Number.MAX_VALUE }).pieces[0]!.fromMs,
    );
    const neededMs = longestPathLength(dag.parents, atBestMs);
    if (!within(neededMs, sloMs)) return noPoint(problem, longestPath(dag.parents, atBestMs), neededMs);
  }
  if (proven) return noCapacity(problem, [...modules.keys()]);
  return {
    code: 'not-found',
    where: modules.map(({ name }) => name).join(', '),
    message: 'found no plan before the search was cut short; there may be one',
  };
}
