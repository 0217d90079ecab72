/** What a planner may not use is taken from the problem before it plans: other batch sizes than one, or a mix of hardware. */
import type { Plan } from '../domain/plan.ts';
import type { OperatingPoint } from '../latency/operating-points.ts';
import { infeasiblePlan } from './make-plan.ts';
import type { PlanningProblem } from './problem.ts';
import { noSingleType } from './why-infeasible.ts';

/** Without batching: of every kind of machine the smallest batch that was profiled. */
export const withoutBatching = (problem: PlanningProblem): PlanningProblem =>
  withPoints(problem, (point, points) =>
    points.every(
      ({ hardware, cores, batchSize }) =>
        hardware !== point.hardware || cores !== point.cores || batchSize >= point.batchSize,
    ),
  );

/**
 * The cheapest of the plans that buy one kind of hardware only.
 * @param planner the name that a plan bears where no hardware runs all modules
 */
export function planOnOneType(
  problem: PlanningProblem,
  planner: string,
  plan: (problem: PlanningProblem) => Plan,
): Plan {
  const plans = Object.keys(problem.hardware)
    .map((name) => withPoints(problem, ({ hardware }) => hardware === name))
    .filter(({ modules }) => modules.every(({ points }) => points.length > 0))
    .map(plan);
  const cheapest = plans
    .filter((found) => found.feasible)
    .reduce<Plan | undefined>((a, b) => (a?.feasible && a.costPerHour <= b.costPerHour ? a : b), undefined);
  return cheapest ?? plans[0] ?? infeasiblePlan(problem, planner, noSingleType(problem));
}

const withPoints = (
  problem: PlanningProblem,
  keep: (point: OperatingPoint, points: readonly OperatingPoint[]) => boolean,
): PlanningProblem => ({
  ...problem,
  modules: problem.modules.map((module) => ({
    ...module,
    points: module.points.filter((point) => keep(point, module.points)),
  })),
});
