/**
 * The planner `harpagon`: dispatching, multi-tuple scheduling with dummies, and splitting of the SLO over the DAG, after
 * Zhao et al., "Harpagon: Minimizing DNN Serving Cost via Efficient Dispatching, Scheduling and Splitting" (arXiv
 * 2412.06161). The rule d + b/w is the paper's; the heuristics are our reading. A plan takes milliseconds.
 */
import type { InfeasibleReason } from '../domain/plan.ts';
import { capacityOf } from './capacity.ts';
import { costCurve } from './cost-curve.ts';
import { feasiblePlan, infeasiblePlan } from './make-plan.ts';
import { longestPath, longestPathLength, parentsOf, pathsThrough } from './paths.ts';
import type { Planner, PlanningProblem, PlanningRules } from './problem.ts';
import { reassignSlack } from './reassign-slack.ts';
import { type Schedule, scheduleModule, type Terms } from './schedule-module.ts';
import { overdrawn, tightenQuotas } from './share-capacity.ts';
import { nodesOf, type Ordering, splitSlo } from './split-slo.ts';
import { noCapacity, noPoint, tooTight } from './why-infeasible.ts';
import { fastestMs, outOfReach, within } from './worst-case.ts';

const HARPAGON: PlanningRules = {
  dispatch: 'batch-aware',
  maxPoints: Number.POSITIVE_INFINITY,
  dummies: true,
  reassign: true,
};

const ORDERINGS: readonly Ordering[] = ['latency-cost-efficiency', 'cost-direct'];

export const planHarpagon: Planner = (problem, overrides = {}) => {
  const rules = { ...HARPAGON, ...overrides };
  const infeasible = (reason: InfeasibleReason) => infeasiblePlan(problem, 'harpagon', reason);
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
    if (short === undefined) return feasiblePlan(problem, 'harpagon', rules, schedules);
    const tightened = tightenQuotas(short, problem.modules, schedules, terms, reach.loosestMs);
    if (tightened === undefined) return infeasible(noCapacity(problem, short.modules));
    quotas = tightened;
  }
};

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

/** The cheaper of what the two orderings of the split lead to. */
function cheapestSchedules(
  { modules, sloMs }: PlanningProblem,
  { reassign }: PlanningRules,
  { parents, loosestMs, tightestMs }: Reach,
  terms: readonly Terms[],
): Schedule[] | undefined {
  const curves = modules.map((module, index) =>
    costCurve(module, { loosestMs: loosestMs[index]!, tightestMs: tightestMs[index]! }, terms[index]!),
  );
  if (curves.some(({ length }) => length === 0)) return undefined;
  const split = { parents, nodes: nodesOf(parents), curves, sloMs };
  const scheduleIn = (module: number, budgetMs: number): Schedule | undefined =>
    scheduleModule(modules[module]!, budgetMs, terms[module]!);
  return ORDERINGS.map((ordering) => splitSlo(split, ordering))
    .filter((levels) => levels !== undefined)
    .map((levels) => levels.map((level, module) => curves[module]![level]!))
    .map((start) => (reassign ? reassignSlack(start, parents, sloMs, scheduleIn) : start))
    .reduce<Schedule[] | undefined>((a, b) => (a && totalCost(a) <= totalCost(b) ? a : b), undefined);
}

const totalCost = (schedules: readonly Schedule[]): number =>
  schedules.reduce((sum, { costPerHour }) => sum + costPerHour, 0);

/** With unlimited machines a plan would exist, or no schedule without dummies is fast enough. */
function whyNone(
  problem: PlanningProblem,
  rules: PlanningRules,
  { parents, tightestMs }: Reach,
): InfeasibleReason {
  const everyModule = [...problem.modules.keys()];
  if (rules.dummies) return noCapacity(problem, everyModule);
  const unlimited: Terms = { rules, billing: problem.billing, capacity: new Map() };
  const atBestMs = problem.modules.map((module, index) => {
    const bounds = { loosestMs: Number.POSITIVE_INFINITY, tightestMs: tightestMs[index]! };
    return costCurve(module, bounds, unlimited)[0]!.worstCaseMs;
  });
  const neededMs = longestPathLength(parents, atBestMs);
  return within(neededMs, problem.sloMs)
    ? noCapacity(problem, everyModule)
    : noPoint(problem, longestPath(parents, atBestMs), neededMs);
}
