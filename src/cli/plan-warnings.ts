/** What `harp plan` and `harp serve` say beside a plan: that what it stands on may not be enough, and how to go on. */
import type { FeasiblePlan, Plan } from '../domain/plan.ts';
import { unsettledText } from '../report/doubted-points.ts';

export const planWarnings = (plan: Plan): string[] => (plan.feasible ? measurementWarnings(plan) : []);

/** Of a plan that somebody made before. */
export function measurementWarnings(plan: FeasiblePlan): string[] {
  const unsettled = unsettledText(plan);
  return unsettled === undefined ? [] : [`warning: the plan stands on ${unsettled}`];
}
