/** What machines do beyond the rate of their module: padding that fills batches, or capacity that is to spare. */
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';

/** Of machines that are bought whole, where batches of one wait for nothing: there is nothing to pad. */
const isSpare = ({ allocations }: ModulePlan, { billing }: FeasiblePlan): boolean =>
  billing === 'whole' && allocations.every(({ batchSize }) => batchSize === 1);

export const paddedModules = (plan: FeasiblePlan): ModulePlan[] =>
  plan.modules.filter((module) => module.dummyRps > 0 && !isSpare(module, plan));

export const modulesToSpare = (plan: FeasiblePlan): ModulePlan[] =>
  plan.modules.filter((module) => module.dummyRps > 0 && isSpare(module, plan));

/** Of all modules. */
export const paddingRps = (plan: FeasiblePlan): number =>
  paddedModules(plan).reduce((sum, { dummyRps }) => sum + dummyRps, 0);
