/**
 * The planner `clipper`, named after Crankshaw et al., "Clipper: A Low-Latency Online Prediction Serving System" (NSDI 2017),
 * which we have not read; our reading of how pipelines are planned in comparisons with it: every module gets an even share
 * of the SLO along its longest path, and runs the one batch size that is cheapest within, on one kind of hardware.
 */
import type { Plan } from '../../domain/plan.ts';
import { capacityOf } from '../capacity.ts';
import { feasiblePlan, infeasiblePlan } from '../make-plan.ts';
import { parentsOf, pathsThrough } from '../paths.ts';
import type { Planner, PlanningProblem } from '../problem.ts';
import { planOnOneType } from '../restrict-points.ts';
import type { Schedule } from '../schedule-module.ts';
import { overdrawn } from '../share-capacity.ts';
import { noCapacity, noConfiguration } from '../why-infeasible.ts';
import { within } from '../worst-case.ts';
import { replicas } from './replicas.ts';

export const planClipper: Planner = (problem, { dummies = true } = {}) =>
  planOnOneType(problem, 'clipper', (offer) => planEvenly(offer, dummies));

function planEvenly(problem: PlanningProblem, dummies: boolean): Plan {
  const { modules, sloMs, billing } = problem;
  const modulesOnPath = pathsThrough(
    parentsOf(modules),
    modules.map(() => 1),
  );
  const schedules: Schedule[] = [];
  for (const [index, module] of modules.entries()) {
    const budgetMs = sloMs / modulesOnPath[index]!;
    const offered = module.points.flatMap((point) => replicas(module, point, { billing, dummies }));
    const cheapest = cheapestOf(offered.filter(({ worstCaseMs }) => within(worstCaseMs, budgetMs)));
    if (cheapest === undefined) {
      const neededMs = Math.min(...offered.map(({ worstCaseMs }) => worstCaseMs));
      return infeasiblePlan(problem, 'clipper', noConfiguration(problem, [index], neededMs, budgetMs));
    }
    schedules.push(cheapest);
  }
  const short = overdrawn(schedules, capacityOf(problem.hardware));
  if (short !== undefined) return infeasiblePlan(problem, 'clipper', noCapacity(problem, short.modules));
  return feasiblePlan(problem, 'clipper', { dispatch: 'round-robin' }, schedules);
}

const cheapestOf = (schedules: readonly Schedule[]): Schedule | undefined =>
  schedules.reduce<Schedule | undefined>((a, b) => (a && a.costPerHour <= b.costPerHour ? a : b), undefined);
