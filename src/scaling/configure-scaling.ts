/**
 * From a plan to the policy that serves it with cores that follow the deadlines: what was planned is the steady state that it begins
 * with, what was profiled of the same hardware is the room that it has.
 */
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { durationsByCores } from '../latency/durations-by-cores.ts';
import {
  configurePolicy,
  type PlannedWorker,
  type PolicySetup,
  plannedWorkers,
  routeModule,
  routesOf,
} from '../policy/configure-policy.ts';
import { scaledModule } from './machine-types.ts';
import type { ScaledModule, ScaledSetup } from './scaled-state.ts';
import type { ScalingConfig, ScalingPolicy } from './scaling-policy.ts';

export interface ScalingTerms {
  /** Whether decisions are carried out, or told only. */
  readonly mode: 'advisory' | 'vertical';
  readonly policy: ScalingPolicy;
  /** That all workers share. */
  readonly poolCores: number;
}

export interface ConfiguredScaling {
  readonly setup: PolicySetup;
  readonly scaled: ScaledSetup;
}

export const INTERVAL_MS = 1000;
/**
 * Ticks in a row that must want fewer cores before they are given back. On the published experiment with 1, 2, 3 and 5 of them there
 * are 83, 45, 31 and 20 resizes a minute for 9.1, 9.9, 10.4 and 11.0 cores in bursts, 67, 38, 28 and 18 for 7.8, 8.4, 8.8 and 9.4
 * under Poisson arrivals, and no more misses: two halve them for 8 % more cores.
 */
const HOLD_TICKS = 2;
/** Durations in a plan are hardly exceeded: those of p95 and above. As for fits of p95 in the published experiment. */
const MARGIN = 0.05;
const BATCH_MARGIN = 0.08;
/** Batches are no larger than throughput gains by: the others would wait for them for nothing. */
const NEARLY = 0.95;

/**
 * @param limits the same at every module
 * @throws HarpError `bad-input` for plans that say nothing about other numbers of cores, `missing-capability` for too few cores
 */
export function configureScaling(
  plan: FeasiblePlan,
  limits: Parameters<typeof configurePolicy>[1],
  { mode, policy, poolCores }: ScalingTerms,
): ConfiguredScaling {
  const planned = plannedWorkers(plan);
  const modules = plan.modules.map((module, index): ScaledModule => {
    const config = scalingConfig(module, poolCores);
    const workers = planned.filter((worker) => worker.module === index);
    const plannedCores = workers.reduce((sum, worker) => sum + Math.ceil(worker.cores), 0) / workers.length;
    const { cores: startCores, batchSize } = policy.start(config);
    const scales = policy.scaler(config).tick !== undefined;
    return {
      config,
      policy,
      decision: {
        instances: workers.length,
        cores: mode === 'vertical' && !scales ? startCores : Math.floor(plannedCores),
        batchSize,
        feasible: true,
      },
    };
  });
  assertRoom(plan);
  assertEnough(modules, poolCores);
  if (mode === 'advisory') {
    const setup = configurePolicy(plan, limits);
    return { setup, scaled: { config: setup.config, modules, poolCores, acts: false } };
  }
  const configs = modules.map(({ config, decision }, index) =>
    scaledModule(config, policy, decision.instances, {
      firstWorker: planned.findIndex((worker) => worker.module === index),
      queueLimit: limits.queueLimit,
    }),
  );
  const routed = plan.modules.map((module, index) =>
    routeModule(module, module.worstCaseMs, configs[index]!.machineTypes.at(-1)!.tailMs[1]!),
  );
  const config = {
    modules: configs,
    routes: routesOf(routed),
    deadlines: 'share',
    reserveMs: plan.reserveMs ?? 0,
    paced: false,
  } as const;
  const workers = planned.map((worker) => {
    const { cores, batchSize } = modules[worker.module]!.decision;
    return { ...worker, cores, batchSize };
  });
  return { setup: { config, workers }, scaled: { config, modules, poolCores, acts: true } };
}

/** Cores that all workers of a plan together may ever want. */
export const roomOf = (plan: FeasiblePlan): number =>
  plannedWorkers(plan).reduce(
    (sum, { module, cores }) =>
      sum + Math.max(cores, ...plan.modules[module]!.serviceTimes.map((time) => time.cores)),
    0,
  );

/** The workers of a plan with the cores and the largest batches that they begin with. @throws HarpError as `configureScaling` */
export const scaledWorkers = (plan: FeasiblePlan, terms: ScalingTerms): readonly PlannedWorker[] =>
  configureScaling(plan, { queueLimit: 1, timerLeadMs: 0, aheadMs: 0 }, terms).setup.workers;

/** @param poolCores no worker can have more */
export function scalingConfig(module: ModulePlan, poolCores: number): ScalingConfig {
  const { name, allocations, serviceTimes, budgetMs, rateRps } = module;
  const [hardware, ...others] = new Set(allocations.map((allocation) => allocation.hardware));
  if (others.length > 0) {
    throw new HarpError('bad-input', 'cores can follow the load on one kind of machine only', {
      where: `module ${name}`,
      expected: 'allocations of one hardware',
      got: [hardware, ...others].join(', '),
      hint: 'Plan with the profiles of one hardware, or serve with --scaling off.',
    });
  }
  // A plan written by hand may know its allocations alone.
  const known = serviceTimes.filter((time) => time.hardware === hardware);
  const times = known.length > 0 ? known : allocations.map((each) => ({ ...each, tailMs: each.durationMs }));
  const mostBatch = Math.max(usefulBatch(times), ...allocations.map(({ batchSize }) => batchSize));
  const { leastCores: least, durationsMs } = durationsByCores(times, mostBatch);
  return {
    leastCores: least,
    durationsMs: durationsMs.slice(0, Math.max(least, poolCores) + 1),
    holdTicks: HOLD_TICKS,
    sloMs: budgetMs,
    rateRps,
    intervalMs: INTERVAL_MS,
    margin: MARGIN,
    batchMargin: BATCH_MARGIN,
  };
}

/** The smallest batch that has nearly the best throughput on every number of cores. */
function usefulBatch(times: ModulePlan['serviceTimes']): number {
  const sizes = [...new Set(times.map(({ cores }) => cores))].map((cores) => {
    const own = times.filter((time) => time.cores === cores).sort((a, b) => a.batchSize - b.batchSize);
    const throughput = ({ batchSize, durationMs }: (typeof own)[number]): number => batchSize / durationMs;
    const best = Math.max(...own.map(throughput));
    return own.find((time) => throughput(time) >= NEARLY * best)!.batchSize;
  });
  return Math.max(...sizes);
}

function assertRoom({ modules }: FeasiblePlan): void {
  const counts = modules.map(({ serviceTimes }) => new Set(serviceTimes.map(({ cores }) => cores)).size);
  if (counts.some((count) => count > 1)) return;
  throw new HarpError('bad-input', 'the plan knows durations on one number of cores only', {
    where: `modules.${modules[0]!.name}.serviceTimes`,
    expected: 'several numbers of cores of the same hardware',
    got: String(counts[0]),
    hint: 'Profile with several, as --cores 1,2, and plan again; or serve with --scaling off.',
  });
}

function assertEnough(modules: readonly ScaledModule[], poolCores: number): void {
  const first = modules.reduce((sum, { decision }) => sum + decision.instances * decision.cores, 0);
  if (first <= poolCores) return;
  throw new HarpError('missing-capability', 'workers need more cores than this machine has', {
    expected: `${first} cores at first`,
    got: String(poolCores),
    hint:
      modules.length > poolCores
        ? `${modules.length} modules need ${modules.length} workers at any rate, each with a core of its own: use a machine with more cores, or serve with --scaling off and --share-cores.`
        : 'Plan for a lower rate, or serve with --scaling off and --share-cores.',
  });
}
