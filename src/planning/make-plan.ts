/** Turns schedules, or the reason why there are none, into the plan document. */
import type {
  DispatchPolicy,
  FeasiblePlan,
  InfeasiblePlan,
  InfeasibleReason,
  ModulePlan,
} from '../domain/plan.ts';
import { longestPathLength, parentsOf } from './paths.ts';
import type { ModuleProblem, PlanningProblem, SchedulingRules } from './problem.ts';
import type { Schedule } from './schedule-module.ts';

/** @param schedules one for each module of the problem; no path of their worst cases exceeds the SLO */
export function feasiblePlan(
  problem: PlanningProblem,
  planner: string,
  { dispatch }: Pick<SchedulingRules, 'dispatch'>,
  schedules: readonly Schedule[],
): FeasiblePlan {
  const worstMs = schedules.map(({ worstCaseMs }) => worstCaseMs);
  const worstCaseMs = longestPathLength(parentsOf(problem.modules), worstMs);
  // What is left of the SLO is shared out in proportion: then no path of budgets exceeds it either.
  const budgetMs = (ms: number): number => Math.max(ms, (ms * problem.sloMs) / worstCaseMs);
  const used = new Set(schedules.flatMap(({ shares }) => shares.map(({ point }) => point.hardware)));
  return {
    ...header(problem, planner),
    feasible: true,
    costPerHour: schedules.reduce((sum, { costPerHour }) => sum + costPerHour, 0),
    worstCaseMs,
    modules: problem.modules.map((module, index) =>
      modulePlan(module, schedules[index]!, dispatch, budgetMs(worstMs[index]!)),
    ),
    hardware: Object.fromEntries(Object.entries(problem.hardware).filter(([name]) => used.has(name))),
  };
}

function modulePlan(
  { name, after, perRequest, rateRps }: ModuleProblem,
  { shares, dummyRps, worstCaseMs, costPerHour }: Schedule,
  dispatch: DispatchPolicy,
  budgetMs: number,
): ModulePlan {
  return {
    name,
    after: [...after],
    perRequest,
    rateRps,
    dummyRps,
    budgetMs,
    worstCaseMs,
    dispatch,
    costPerHour,
    allocations: shares.map(({ point, machines, rateRps, collectionRateRps, ...share }, index) => ({
      rank: index + 1,
      hardware: point.hardware,
      cores: point.cores,
      batchSize: point.batchSize,
      durationMs: point.durationMs,
      machines,
      throughputRps: point.throughputRps,
      rateRps,
      collectionRateRps,
      worstCaseMs: share.worstCaseMs,
      pricePerHour: point.pricePerHour,
      costPerHour: share.costPerHour,
    })),
    serviceTimes: [],
  };
}

export const infeasiblePlan = (
  problem: PlanningProblem,
  planner: string,
  reason: InfeasibleReason,
): InfeasiblePlan => ({ ...header(problem, planner), feasible: false, reason });

const header = ({ application, rateRps, sloMs, billing }: PlanningProblem, planner: string) =>
  ({ schemaVersion: 1, kind: 'plan', application, planner, rateRps, sloMs, billing }) as const;
