/** From a plan to the policy that enforces it: one worker per machine, a partial machine being a whole worker. */
import { ENFORCEMENT, type Enforcement } from '../domain/enforcement.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { allocationDurations } from '../latency/allocation-durations.ts';
import type { MachineType } from './dispatch/dispatcher.ts';
import type { ModuleConfig } from './module-state.ts';
import type { PolicyConfig } from './policy-state.ts';
import { applicationRoute, moduleRoute, type Route, type RouteModule } from './route.ts';

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

/** A module as requests pass it. @param singleMs the shortest that a task takes there */
export const routeModule = (
  { name, after, perRequest, rows }: ModulePlan,
  worstCaseMs: number,
  singleMs: number,
): RouteModule => ({
  name,
  after,
  splits: perRequest !== 1 || rows === 'split',
  tasksPerRequest: perRequest,
  worstCaseMs,
  // A request may pass by where it has less than one task on average.
  fastestMs: perRequest < 1 ? 0 : singleMs,
});

/** 0 is the application, 1 + i the module i by itself. */
export const routesOf = (modules: readonly RouteModule[]): Route[] => [
  applicationRoute(modules),
  ...modules.map(moduleRoute),
];

/**
 * @param limits the same at every module
 * @param rules instead of the plan's own
 */
export function configurePolicy(
  plan: FeasiblePlan,
  limits: Pick<ModuleConfig, 'queueLimit' | 'timerLeadMs' | 'aheadMs'>,
  rules: Enforcement = plan.enforcement ?? ENFORCEMENT,
): PolicySetup {
  const workers = plannedWorkers(plan);
  const modules = plan.modules.map((module, index) => {
    const tails = module.allocations.map((_, type) => allocationDurations(module, type).tailMs);
    const worstCaseMs = tailWorstCaseMs(module, tails);
    const machineTypes = module.allocations.map(({ batchSize, rateRps }, type): MachineType => {
      const tailMs = tails[type]!;
      return { batchSize, tailMs, windowMs: Math.max(0, worstCaseMs - tailMs[batchSize]!), rateRps };
    });
    return {
      config: {
        machineTypes,
        workers: workers.filter((worker) => worker.module === index).map(({ id, type }) => ({ id, type })),
        dispatch: rules.dispatchAt?.[module.name] ?? rules.dispatch,
        ...limits,
      },
      route: routeModule(
        module,
        rules.deadlines === 'budget' ? module.budgetMs : worstCaseMs,
        Math.min(...tails.map((tailMs) => tailMs[1]!)),
      ),
    };
  });
  return {
    config: {
      modules: modules.map(({ config }) => config),
      routes: routesOf(modules.map(({ route }) => route)),
      // Budgets or worst cases: a matter of what the routes are made of.
      deadlines: rules.deadlines === 'budget' ? 'planned' : rules.deadlines,
      reserveMs: plan.reserveMs ?? 0,
      paced: rules.paced,
    },
    workers,
  };
}

/** The planned worst case, d + (b + extra)/w, with the durations that decisions count with; never beyond the module's budget. */
function tailWorstCaseMs(
  { allocations, budgetMs, extraRequests = 0 }: ModulePlan,
  tails: readonly Float64Array[],
): number {
  const worstCases = allocations.map(
    ({ batchSize, collectionRateRps }, type) =>
      tails[type]![batchSize]! + (1000 * (batchSize + extraRequests)) / collectionRateRps,
  );
  return Math.min(budgetMs, Math.max(...worstCases));
}
