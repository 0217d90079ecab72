/** Adds to a plan what serving it needs beside machines, so that it can be carried out without application and profiles. */
import type { LoadedApplication, LoadedModule } from '../domain/application.ts';
import type { Allocation, FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import type { ProfilePoint } from '../domain/profile.ts';
import { serviceTimes } from '../latency/service-times.ts';

/** @param application the one that was planned */
export const completePlan = (plan: FeasiblePlan, application: LoadedApplication): FeasiblePlan => ({
  ...plan,
  ...(application.scaling && { scaling: application.scaling }),
  modules: plan.modules.map((module) =>
    completeModule(module, application.modules.find(({ name }) => name === module.name)!),
  ),
});

function completeModule(
  plan: ModulePlan,
  { points, model, measuredOn, inputs, rows }: LoadedModule,
): ModulePlan {
  // Other numbers of cores are the room in which a running worker may be scaled.
  const used = points.filter((point) => plan.allocations.some(({ hardware }) => hardware === point.hardware));
  const profiled = (allocation: Allocation): Pick<Allocation, 'predicted' | 'stable' | 'memoryMiB'> => {
    const { predicted, stable, memoryMiB } = used.find((point) => isOf(allocation, point)) ?? {};
    return {
      ...(predicted && { predicted }),
      ...(stable === false && { stable }),
      ...(memoryMiB !== undefined && { memoryMiB }),
    };
  };
  return {
    ...plan,
    allocations: plan.allocations.map((allocation) => ({ ...allocation, ...profiled(allocation) })),
    serviceTimes: serviceTimes(used),
    model,
    measuredOn: Object.fromEntries(
      Object.entries(measuredOn).filter(([hardware]) => used.some((point) => point.hardware === hardware)),
    ),
    ...(inputs && { inputs }),
    ...(rows && { rows }),
  };
}

const isOf = (allocation: Allocation, { hardware, cores, batchSize }: ProfilePoint): boolean =>
  hardware === allocation.hardware && cores === allocation.cores && batchSize === allocation.batchSize;
