/** From a plan to the policy that enforces it: one worker per machine, a partial machine being a whole worker. */
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { type BatchDurations, batchDurations } from '../latency/batch-durations.ts';
import type { PolicyConfig } from './application-policy.ts';
import type { MachineType } from './deferred-window.ts';
import type { ModuleConfig } from './module-scheduler.ts';
import { applicationRoute, moduleRoute } from './route.ts';

/** A process that the plan wants. */
export interface PlannedWorker {
  readonly id: number;
  readonly module: number;
  readonly type: number;
  readonly hardware: string;
  readonly cores: number;
  readonly batchSize: number;
}

export interface PolicySetup {
  readonly config: PolicyConfig;
  /** By id, from 0 without gaps. */
  readonly workers: readonly PlannedWorker[];
}

/** The processes of a plan, in the order of modules and ranks. */
export const plannedWorkers = (plan: FeasiblePlan): PlannedWorker[] =>
  plan.modules
    .flatMap(({ allocations }, module) =>
      allocations.flatMap(({ machines, hardware, cores, batchSize }, type) =>
        Array.from({ length: Math.ceil(machines) }, () => ({ module, type, hardware, cores, batchSize })),
      ),
    )
    .map((worker, id) => ({ id, ...worker }));

/** How long each batch size up to the planned one takes on the machines of an allocation. */
export function allocationDurations({ allocations, serviceTimes }: ModulePlan, type: number): BatchDurations {
  const { hardware, cores, batchSize, durationMs } = allocations[type]!;
  const measured = serviceTimes.filter((time) => time.hardware === hardware && time.cores === cores);
  // A plan written by hand may know the planned batch size alone.
  const known =
    measured.length > 0 ? measured : [{ hardware, cores, batchSize, durationMs, tailMs: durationMs }];
  return batchDurations(known, batchSize);
}

/**
 * Routes: 0 is the application, 1 + i the module i by itself.
 * @param limits the same at every module
 */
export function configurePolicy(
  plan: FeasiblePlan,
  limits: Pick<ModuleConfig, 'queueLimit' | 'timerLeadMs'>,
): PolicySetup {
  const workers = plannedWorkers(plan);
  const modules = plan.modules.map((module, index) => ({
    machineTypes: module.allocations.map(({ batchSize }, type) => ({
      batchSize,
      tailMs: allocationDurations(module, type).tailMs,
    })),
    workers: workers.filter((worker) => worker.module === index).map(({ id, type }) => ({ id, type })),
    ...limits,
  }));
  const routed = plan.modules.map((module, index) => {
    const { machineTypes } = modules[index]!;
    return {
      name: module.name,
      after: module.after,
      worstCaseMs: tailWorstCaseMs(module, machineTypes),
      fastestMs: Math.min(...machineTypes.map(({ tailMs }) => tailMs[1]!)),
    };
  });
  return {
    config: { modules, routes: [applicationRoute(routed), ...routed.map(moduleRoute)] },
    workers,
  };
}

/** The planned worst case, d + b/w, with the durations that decisions count with; never beyond the module's budget. */
function tailWorstCaseMs(
  { allocations, budgetMs }: ModulePlan,
  machineTypes: readonly MachineType[],
): number {
  const worstCases = allocations.map(
    ({ batchSize, collectionRateRps }, type) =>
      machineTypes[type]!.tailMs[batchSize]! + (1000 * batchSize) / collectionRateRps,
  );
  return Math.min(budgetMs, Math.max(...worstCases));
}
