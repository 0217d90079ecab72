/**
 * Replicas: one operating point serves a whole module, behind round-robin dispatch. Our reading for planners that know no
 * residual workload: the last machine takes what is left, or is rented whole, so that its batches fill as fast as the others'.
 */
import { type Billing, TOLERANCE } from '../../domain/plan.ts';
import type { OperatingPoint } from '../../latency/operating-points.ts';
import type { ModuleProblem, SchedulingRules } from '../problem.ts';
import { type Schedule, scheduleModule, type Terms } from '../schedule-module.ts';

const ROUND_ROBIN: SchedulingRules = { dispatch: 'round-robin', maxPoints: 1, dummies: false };

export interface ReplicaTerms {
  readonly billing: Billing;
  /** Whether the last machine may be rented whole; what it does not serve counts as padding. */
  readonly dummies: boolean;
}

/** @returns one schedule or two, each on as many machines of the point as the rate needs */
export function replicas(
  module: ModuleProblem,
  point: OperatingPoint,
  { billing, dummies }: ReplicaTerms,
): Schedule[] {
  const terms: Terms = { rules: ROUND_ROBIN, billing, capacity: new Map() };
  const serving = (rateRps: number): Schedule =>
    scheduleModule({ ...module, points: [point], rateRps }, Number.POSITIVE_INFINITY, terms)!;
  const { rateRps } = module;
  const filledRps = Math.ceil((rateRps / point.throughputRps) * (1 - TOLERANCE)) * point.throughputRps;
  const shared = serving(rateRps);
  if (!dummies || filledRps <= rateRps * (1 + TOLERANCE)) return [shared];
  return [shared, { ...serving(filledRps), dummyRps: filledRps - rateRps }];
}
