/**
 * The certificate that a plan carries: no plan of the same model costs less than its lower bound. The bound is that of the
 * best dispatch policy, batch-aware; the others wait no shorter for a batch, so it holds for their plans too.
 */
import type { FeasiblePlan } from '../domain/plan.ts';

/** Relative: what counts as proven cheapest. */
const PROVEN = 1e-6;

/** @param lowerBoundPerHour of the problem that was asked, of plans of the model or as `boundOf` then says, above 0 */
export function certify(plan: FeasiblePlan, lowerBoundPerHour: number): FeasiblePlan {
  const ratio = plan.costPerHour / lowerBoundPerHour;
  return { ...plan, lowerBoundPerHour, gap: Math.max(0, ratio - 1), optimal: ratio <= 1 + PROVEN };
}
