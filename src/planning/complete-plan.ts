/** Adds to a plan what serving it needs beside machines, so that it can be carried out without application and profiles. */
import type { LoadedApplication, LoadedModule } from '../domain/application.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { serviceTimes } from '../latency/service-times.ts';

/** @param application the one that was planned */
export const completePlan = (plan: FeasiblePlan, application: LoadedApplication): FeasiblePlan => ({
  ...plan,
  modules: plan.modules.map((module) =>
    completeModule(module, application.modules.find(({ name }) => name === module.name)!),
  ),
});

function completeModule(
  plan: ModulePlan,
  { points, model, measuredOn, inputs, rows }: LoadedModule,
): ModulePlan {
  const used = points.filter(({ hardware, cores }) =>
    plan.allocations.some((allocation) => allocation.hardware === hardware && allocation.cores === cores),
  );
  return {
    ...plan,
    serviceTimes: serviceTimes(used),
    model,
    measuredOn: Object.fromEntries(
      Object.entries(measuredOn).filter(([hardware]) => used.some((point) => point.hardware === hardware)),
    ),
    ...(inputs && { inputs }),
    ...(rows && { rows }),
  };
}
