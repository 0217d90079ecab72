/** Wires `harp cost`: a plan, and prices to put in place of its own. */
import type { PlanCost } from '../domain/plan-cost.ts';
import { loadPrices } from '../files/load-hardware.ts';
import { loadPlan } from '../files/load-plan.ts';
import { costPlan } from '../planning/cost-plan.ts';

/**
 * @param planFile "-" reads stdin
 * @throws HarpError `bad-input` for files that are not what they should be and for missing prices; `infeasible` for a plan
 *   that says there is none
 */
export function runCost(planFile: string, pricesFile: string | undefined): PlanCost {
  const plan = loadPlan(planFile);
  if (pricesFile === undefined) return costPlan(plan);
  return costPlan(plan, { table: loadPrices(pricesFile), source: pricesFile });
}
