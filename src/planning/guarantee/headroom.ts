/**
 * Headroom: what a plan leaves beyond what the model asks for, where only more of it holds. It is put into the problem that a
 * planner is given, so that every planner finds the cheapest way to leave it; a plan made so is then told as one of the
 * problem that was asked, and says what it left.
 */
import { engineMs, type FeasiblePlan, type ModulePlan } from '../../domain/plan.ts';
import type { PlanningProblem } from '../problem.ts';

export interface Headroom {
  /** Of each module: so many requests more than a batch's own may come before it fills; d + (b + extra)/w. */
  readonly extraRequests: readonly number[];
  /** Of each module: the rate to plan for over its own, ≥ 1. */
  readonly rateFactors: readonly number[];
  /** The SLO to plan for over the one asked for (both without the reserve), ≤ 1. */
  readonly sloFactor: number;
}

/** What a plan was made with. */
export const headroomOf = (plan: FeasiblePlan): Headroom => ({
  extraRequests: plan.modules.map(({ extraRequests = 0 }) => extraRequests),
  rateFactors: plan.modules.map(({ rateRps, plannedRateRps = rateRps }) => plannedRateRps / rateRps),
  sloFactor: (plan.plannedSloMs ?? engineMs(plan)) / engineMs(plan),
});

/** Planners charge a batch with b/w for filling: points with larger batches at the same throughput leave time for more. */
export const withHeadroom = (
  problem: PlanningProblem,
  { extraRequests, rateFactors, sloFactor }: Headroom,
): PlanningProblem => ({
  ...problem,
  sloMs: problem.sloMs * sloFactor,
  modules: problem.modules.map((module, index) => ({
    ...module,
    rateRps: module.rateRps * rateFactors[index]!,
    points: module.points.map((point) => ({ ...point, batchSize: point.batchSize + extraRequests[index]! })),
  })),
});

/** @param plan of the problem with this headroom */
export const restate = (
  plan: FeasiblePlan,
  { sloMs }: PlanningProblem,
  headroom: Headroom,
): FeasiblePlan => ({
  ...plan,
  sloMs,
  ...(headroom.sloFactor < 1 && { plannedSloMs: plan.sloMs }),
  modules: plan.modules.map((module, index) =>
    restateModule(module, headroom.extraRequests[index]!, headroom.rateFactors[index]!),
  ),
});

const restateModule = (module: ModulePlan, extraRequests: number, rateFactor: number): ModulePlan => ({
  ...module,
  rateRps: module.rateRps / rateFactor,
  ...(rateFactor > 1 && { plannedRateRps: module.rateRps }),
  ...(extraRequests > 0 && { extraRequests }),
  allocations: module.allocations.map((allocation) => ({
    ...allocation,
    batchSize: Math.round(allocation.batchSize - extraRequests),
  })),
});

/** Halfway from one to the other. */
export const between = (a: Headroom, b: Headroom): Headroom => ({
  extraRequests: a.extraRequests.map((extra, index) => (extra + b.extraRequests[index]!) / 2),
  rateFactors: a.rateFactors.map((factor, index) => (factor + b.rateFactors[index]!) / 2),
  sloFactor: (a.sloFactor + b.sloFactor) / 2,
});

/** A module keeps only a share (0..1) of what it has. */
export const withLess = (headroom: Headroom, module: number, share: number): Headroom => ({
  ...headroom,
  extraRequests: headroom.extraRequests.with(module, headroom.extraRequests[module]! * share),
  rateFactors: headroom.rateFactors.with(module, 1 + (headroom.rateFactors[module]! - 1) * share),
});
