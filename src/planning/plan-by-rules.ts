/**
 * Plans by rules: each module's choice of machines as a curve of cost over latency, the SLO split along those curves, the
 * rest of it handed out again; counted machines shared last. `harpagon` is one set of rules, its ablations and baselines are others.
 */
import type { InfeasibleReason, Plan } from '../domain/plan.ts';
import { capacityOf } from './capacity.ts';
import { costCurve } from './cost-curve.ts';
import { feasiblePlan, infeasiblePlan } from './make-plan.ts';
import { longestPath, longestPathLength, parentsOf, pathsThrough } from './paths.ts';
import type { PlanningProblem, PlanningRules } from './problem.ts';
import { reassignSlack } from './reassign-slack.ts';
import { planOnOneType, withoutBatching } from './restrict-points.ts';
import { type Schedule, type ScheduleIn, scheduleModule, type Terms } from './schedule-module.ts';
import { overdrawn, tightenQuotas } from './share-capacity.ts';
import { splitBy } from './split-by.ts';
import { noCapacity, noPoint, noSplit, tooTight } from './why-infeasible.ts';
import { fastestMs, outOfReach, within } from './worst-case.ts';

/** @param planner the name that the plan bears */
export function planByRules(problem: PlanningProblem, planner: string, rules: PlanningRules): Plan {
  const offered = rules.batching ? problem : withoutBatching(problem);
  const plan = (offer: PlanningProblem): Plan => planWith(offer, planner, rules);
  return rules.hardware === 'mixed' ? plan(offered) : planOnOneType(offered, planner, plan);
}

function planWith(problem: PlanningProblem, planner: string, rules: PlanningRules): Plan {
  const infeasible = (reason: InfeasibleReason) => infeasiblePlan(problem, planner, reason);
  const reach = reachOf(problem, rules);
  if (outOfReach(rules.dispatch, reach.neededMs, problem.sloMs)) {
    return infeasible(tooTight(problem, longestPath(reach.parents, reach.fastestMs), reach.neededMs));
  }
  const capacity = capacityOf(problem.hardware);
  let quotas = problem.modules.map(() => capacity);
  for (;;) {
    const terms = quotas.map((quota): Terms => ({ rules, billing: problem.billing, capacity: quota }));
    const schedules = cheapestSchedules(problem, rules, reach, terms);
    if (schedules === undefined) return infeasible(whyNone(problem, rules, reach));
    const short = overdrawn(schedules, capacity);
    if (short === undefined) return feasiblePlan(problem, planner, rules, schedules);
    const tightened = tightenQuotas(short, problem.modules, schedules, terms, reach.loosestMs);
    if (tightened === undefined) return infeasible(noCapacity(problem, short.modules));
    quotas = tightened;
  }
}

/** How fast and how slow each module may be. */
interface Reach {
  readonly parents: readonly number[][];
  /** No schedule of the module is faster. */
  readonly fastestMs: readonly number[];
  /** The longest path of those. */
  readonly neededMs: number;
  /** What is left to the module when all others are at their fastest. */
  readonly loosestMs: readonly number[];
  /** Where its cost curve may end: all modules there together keep the SLO. */
  readonly tightestMs: readonly number[];
}

/** Padding buys any latency above the fastest, at a price that has no limit: curves end this close to it. */
const CLOSE = 1.001;

function reachOf({ modules, sloMs }: PlanningProblem, { dispatch }: PlanningRules): Reach {
  const parents = parentsOf(modules);
  const fastest = modules.map(({ points }) => fastestMs(dispatch, points));
  const throughMs = pathsThrough(parents, fastest);
  const neededMs = Math.max(...throughMs);
  const close = Math.min(CLOSE, sloMs / neededMs);
  return {
    parents,
    fastestMs: fastest,
    neededMs,
    loosestMs: fastest.map((ms, module) => ms + sloMs - throughMs[module]!),
    tightestMs: fastest.map((ms) => ms * close),
  };
}

/** The cheapest of what the split leads to. */
function cheapestSchedules(
  { modules, sloMs }: PlanningProblem,
  rules: PlanningRules,
  { parents, loosestMs, tightestMs }: Reach,
  terms: readonly Terms[],
): Schedule[] | undefined {
  const scheduleIn: ScheduleIn = (module, budgetMs) =>
    scheduleModule(modules[module]!, budgetMs, terms[module]!);
  const curveOf = (module: number): Schedule[] =>
    costCurve(
      modules[module]!,
      { loosestMs: loosestMs[module]!, tightestMs: tightestMs[module]! },
      terms[module]!,
    );
  return splitBy(rules.split, { parents, sloMs, scheduleIn, curveOf })
    .map((start) => reassignSlack(start, parents, sloMs, scheduleIn, rules.reassignments))
    .reduce<Schedule[] | undefined>((a, b) => (a && totalCost(a) <= totalCost(b) ? a : b), undefined);
}

const totalCost = (schedules: readonly Schedule[]): number =>
  schedules.reduce((sum, { costPerHour }) => sum + costPerHour, 0);

/** No schedule without dummies is fast enough, or there are too few machines, or the heuristic does not get there. */
function whyNone(
  problem: PlanningProblem,
  rules: PlanningRules,
  { parents, tightestMs }: Reach,
): InfeasibleReason {
  const everyModule = [...problem.modules.keys()];
  if (!rules.dummies) {
    const unlimited: Terms = { rules, billing: problem.billing, capacity: new Map() };
    const atBestMs = problem.modules.map((module, index) => {
      const bounds = { loosestMs: Number.POSITIVE_INFINITY, tightestMs: tightestMs[index]! };
      return costCurve(module, bounds, unlimited)[0]!.worstCaseMs;
    });
    const neededMs = longestPathLength(parents, atBestMs);
    if (!within(neededMs, problem.sloMs)) {
      return noPoint(problem, longestPath(parents, atBestMs), neededMs);
    }
  }
  return capacityOf(problem.hardware).size > 0
    ? noCapacity(problem, everyModule)
    : noSplit(problem, rules.split);
}
