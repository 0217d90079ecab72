/**
 * The planner `inferline`, after Crankshaw et al., "InferLine: Latency-aware Provisioning and Scaling for Prediction Serving
 * Pipelines" (SoCC 2020): start from the smallest batch on the fastest hardware with as many replicas as the rate needs (its
 * algorithm 1), then take the step that saves most and keeps the objective, until none does. Which steps there are is our
 * reading: the next batch size, a cheaper kind of machine, a last replica that is shared. Its estimator is the planned worst case here.
 */
import type { Plan } from '../../domain/plan.ts';
import type { OperatingPoint } from '../../latency/operating-points.ts';
import { capacityOf } from '../capacity.ts';
import { feasiblePlan, infeasiblePlan } from '../make-plan.ts';
import { longestPath, longestPathLength, parentsOf } from '../paths.ts';
import type { ModuleProblem, Planner } from '../problem.ts';
import type { Schedule } from '../schedule-module.ts';
import { overdrawn } from '../share-capacity.ts';
import { noCapacity, noConfiguration } from '../why-infeasible.ts';
import { within } from '../worst-case.ts';
import { type ReplicaTerms, replicas } from './replicas.ts';

export const planInferline: Planner = (problem, { dummies = true } = {}): Plan => {
  const { modules, sloMs, billing } = problem;
  const terms: ReplicaTerms = { billing, dummies };
  const parents = parentsOf(modules);
  const capacity = capacityOf(problem.hardware);
  const schedules = modules.map((module) => fastestConfiguration(module, terms));
  const worstMs = schedules.map(({ worstCaseMs }) => worstCaseMs);
  const neededMs = longestPathLength(parents, worstMs);
  if (!within(neededMs, sloMs)) {
    const path = longestPath(parents, worstMs);
    return infeasiblePlan(problem, 'inferline', noConfiguration(problem, path, neededMs, sloMs));
  }
  const steps = modules.map((module) => stepsBetween(module, terms));
  for (;;) {
    let best: { readonly module: number; readonly schedule: Schedule; readonly saved: number } | undefined;
    for (const [module, now] of schedules.entries()) {
      for (const schedule of steps[module]!(now)) {
        const saved = now.costPerHour - schedule.costPerHour;
        if (saved <= (best?.saved ?? 0)) continue;
        const lengths = schedules.map((other, index) => (index === module ? schedule : other).worstCaseMs);
        if (within(longestPathLength(parents, lengths), sloMs)) best = { module, schedule, saved };
      }
    }
    if (best === undefined) break;
    schedules[best.module] = best.schedule;
  }
  const short = overdrawn(schedules, capacity);
  if (short !== undefined) return infeasiblePlan(problem, 'inferline', noCapacity(problem, short.modules));
  return feasiblePlan(problem, 'inferline', { dispatch: 'round-robin' }, schedules);
};

/** The smallest batch on the hardware that is fastest with it. */
function fastestConfiguration(module: ModuleProblem, terms: ReplicaTerms): Schedule {
  const smallest = module.points.reduce((a, b) =>
    b.batchSize < a.batchSize || (b.batchSize === a.batchSize && b.durationMs < a.durationMs) ? b : a,
  );
  return replicas(module, smallest, terms).at(-1)!;
}

/** From a schedule to those one step away. */
function stepsBetween(module: ModuleProblem, terms: ReplicaTerms): (from: Schedule) => readonly Schedule[] {
  const offered = new Map(module.points.map((point) => [point, replicas(module, point, terms)]));
  return ({ shares }) => {
    const now = shares[0]!.point;
    return [...offered].filter(([point]) => isOneStep(now, point, module.points)).flatMap(([, all]) => all);
  };
}

function isOneStep(from: OperatingPoint, to: OperatingPoint, points: readonly OperatingPoint[]): boolean {
  if (to.hardware !== from.hardware || to.cores !== from.cores) return to.pricePerHour < from.pricePerHour;
  const larger = points.filter(
    ({ hardware, cores, batchSize }) =>
      hardware === from.hardware && cores === from.cores && batchSize > from.batchSize,
  );
  return to === from || to.batchSize === Math.min(...larger.map(({ batchSize }) => batchSize));
}
