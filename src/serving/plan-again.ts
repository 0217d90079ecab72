/** The command that plans for what a daemon sees now, with the SLO and the reserve of the plan that it serves. */
import type { FeasiblePlan } from '../domain/plan.ts';

/** @param rateRps to plan for; rounded up, at least 1 */
export function planAgain({ sloMs, reserveMs }: FeasiblePlan, rateRps: number): string {
  const reserve = reserveMs === undefined ? '' : ` --reserve ${reserveMs}`;
  return `harp plan APP --rate ${Math.max(1, Math.ceil(rateRps))} --slo ${sloMs}${reserve}`;
}
