/** From a plan to the policy that enforces it: one worker per machine, a partial machine being a whole worker. */
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { batchDurations } from '../latency/batch-durations.ts';
import type { PolicyConfig } from './application-policy.ts';
import type { MachineType } from './deferred-window.ts';
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

/**
 * Routes: 0 is the application, 1 + i the module i by itself.
 * @param queueLimit requests that may wait at each module at most
 */
export function configurePolicy(plan: FeasiblePlan, queueLimit: number): PolicySetup {
  const workers: PlannedWorker[] = plan.modules
    .flatMap(({ allocations }, module) =>
      allocations.flatMap(({ machines, hardware, cores, batchSize }, type) =>
        Array.from({ length: Math.ceil(machines) }, () => ({ module, type, hardware, cores, batchSize })),
      ),
    )
    .map((worker, id) => ({ id, ...worker }));
  const modules = plan.modules.map((module, index) => ({
    machineTypes: machineTypes(module),
    workers: workers.filter((worker) => worker.module === index).map(({ id, type }) => ({ id, type })),
    queueLimit,
  }));
  const routed = plan.modules.map(({ name, after, budgetMs }, index) => ({
    name,
    after,
    budgetMs,
    fastestMs: Math.min(...modules[index]!.machineTypes.map(({ tailMs }) => tailMs[1]!)),
  }));
  return {
    config: { modules, routes: [applicationRoute(routed, plan.sloMs), ...routed.map(moduleRoute)] },
    workers,
  };
}

function machineTypes({ allocations, serviceTimes }: ModulePlan): MachineType[] {
  return allocations.map(({ hardware, cores, batchSize, durationMs }) => {
    const measured = serviceTimes.filter((time) => time.hardware === hardware && time.cores === cores);
    // A plan written by hand may know the planned batch size alone.
    const known =
      measured.length > 0 ? measured : [{ hardware, cores, batchSize, durationMs, tailMs: durationMs }];
    return { batchSize, tailMs: batchDurations(known, batchSize).tailMs };
  });
}
