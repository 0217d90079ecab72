/**
 * A plan in force: its workers, its queues, and the requests that it has accepted. A daemon has one, and for a moment two
 * while one plan takes the place of another.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { InferenceWorker } from '../engine/worker-port.ts';
import { configurePolicy, type PlannedWorker } from '../policy/configure-policy.ts';
import { type Drift, type PlanHealth, planHealth } from '../policy/plan-health.ts';
import { configureScaling, INTERVAL_MS, type ScalingTerms } from '../scaling/configure-scaling.ts';
import type { ByteBudget } from './byte-budget.ts';
import { listCallables } from './callables.ts';
import { Crew, type WorkerOrder } from './crew.ts';
import { DispatchLoop } from './dispatch-loop.ts';
import type { OnFinished } from './finished-request.ts';
import { InferenceService } from './inference-service.ts';
import { CrewRecord } from './live/crew-record.ts';
import type { Metrics } from './metrics.ts';
import { plannedDurations } from './planned-durations.ts';
import { RequestTable } from './request-table.ts';
import type { WorkerCoresNow } from './scaling-metrics.ts';
import { ScalingWatch } from './scaling-watch.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { describeModule, type ServedModule } from './served-module.ts';
import { SlotFile } from './slot-file.ts';
import type { Statistics } from './statistics.ts';
import { untilAborted } from './until-aborted.ts';

/** Timers of a busy process ring this late. */
const TIMER_LEAD_MS = 2;

/** How often it is looked how many wait, for people who watch. */
const QUEUE_SEEN_EVERY_MS = 100;

/** A worker may wait this long for its next batch while this process is busy with something else. */
const AHEAD_MS = 10;

/** Starts what runs the batches of a worker of the plan. */
export type StartWorker = (order: WorkerOrder) => InferenceWorker;

/** What runs the batches of one plan. */
export interface WorkerSupply {
  readonly startWorker: StartWorker;
  /** Where cores follow the deadlines, or it is told how they would; fixed where it is absent. */
  readonly scaling?: ScalingTerms | undefined;
  /** Told when all of its workers have ended. */
  readonly released?: () => void;
}

export interface DeploymentOptions extends WorkerSupply {
  /** Requests that may wait at each module. */
  readonly queueLimit: number;
  /** For requests that are not answered yet. */
  readonly memory: ByteBudget;
  /** Where the plan came from, for commands that make another. */
  readonly planFile: string;
  readonly metrics: Metrics;
  readonly statistics: Statistics;
  readonly onFinished: OnFinished;
  /** Told of the rows of every request to the application. */
  readonly onArrival: (rows: number, nowMs: number) => void;
  /** Told what happens to workers. */
  readonly onEvent: (text: string) => void;
}

export interface Deployment {
  readonly plan: FeasiblePlan;
  readonly service: InferenceService;
  readonly workers: readonly PlannedWorker[];
  /** Requests that wait at a module. */
  queued(module: number): number;
  /** Workers of a module that take batches. */
  upIn(module: number): readonly PlannedWorker[];
  rowsInFlight(): number;
  /** Of the workers that take batches. */
  coresNow(): readonly WorkerCoresNow[];
  readonly health: PlanHealth;
  /** For people who watch. */
  readonly record: CrewRecord;
  /** Resolves when every worker has been up; the service is open then. @throws the signal's reason, or what a worker says */
  start(signal: AbortSignal): Promise<void>;
  /** Answers what it has accepted, and ends everything. */
  retire(): Promise<void>;
  /** Ends everything at once. */
  release(): Promise<void>;
}

/** @throws HarpError `bad-input` for models that cannot be served */
export function deploy(plan: FeasiblePlan, options: DeploymentOptions): Deployment {
  const { queueLimit, metrics, statistics, onEvent } = options;
  const limits = { queueLimit, timerLeadMs: TIMER_LEAD_MS, aheadMs: AHEAD_MS };
  const configured = options.scaling && configureScaling(plan, limits, options.scaling);
  const setup = configured?.setup ?? configurePolicy(plan, limits);
  const modules = plan.modules.map(describeModule);
  const callables = listCallables(plan, modules);
  const plannedMs = plannedDurations(plan, setup, configured?.scaled, (worker) => loop.coresOf(worker));
  const folder = makeScratchFolder();
  const slotFiles = modules.map(({ layout }, index) => new SlotFile(folder, `rows-${index}`, layout));
  const table = new RequestTable(modules, slotFiles, ({ module, worker, tasks, reason }, { computeMs }) => {
    const expectedMs = plannedMs(worker, tasks.length);
    const { name } = modules[module]!;
    record.batchRun(
      { module, worker, size: tasks.length, computeMs, plannedMs: expectedMs, cores: loop.coresOf(worker) },
      performance.now(),
    );
    metrics.batchRun(name, tasks.length, reason, computeMs, expectedMs);
    statistics.batchRun(name, tasks.length, computeMs);
    tell(health.batchRun(module, computeMs, expectedMs));
  });
  const health = planHealth(modules.length, plan.rateRps);
  const record = new CrewRecord(modules.length, setup.workers);
  const watch =
    configured &&
    new ScalingWatch(
      {
        plan,
        planFile: options.planFile,
        poolCores: configured.scaled.poolCores,
        metrics: metrics.scaling,
        record,
        rateRps: () => health.rateRatio * plan.rateRps,
        onEvent,
      },
      configured.scaled,
    );
  const loop = new DispatchLoop(setup, table, watch && { setup: configured!.scaled, told: watch });
  const service = new InferenceService({
    callables,
    table,
    loop,
    statistics,
    memory: options.memory,
    onFinished: options.onFinished,
    rowLimit: queueLimit,
    onArrival: (rows, nowMs) => {
      options.onArrival(rows, nowMs);
      tell(health.arrived(rows, nowMs));
    },
  });
  const tell = (drift: Drift | undefined): void => {
    // Where cores follow the load, a surge is no reason for another plan; what is, the watch tells.
    const isSurge = drift?.kind === 'rate' && configured?.scaled.acts;
    if (drift !== undefined && !isSurge) onEvent(describeDrift(drift, plan));
  };
  const watchQueues = setInterval(() => {
    for (const module of modules.keys()) record.queueSeen(module, loop.queued(module), performance.now());
  }, QUEUE_SEEN_EVERY_MS).unref();
  const ticks = watch && setInterval(() => loop.tick(), INTERVAL_MS).unref();
  const crew = new Crew();
  const lost = new Set<number>();

  const release = async (): Promise<void> => {
    await crew.stop();
    clearInterval(watchQueues);
    clearInterval(ticks);
    loop.close();
    for (const file of slotFiles) file.close();
    rmSync(folder, { recursive: true, force: true });
    options.released?.();
  };
  return {
    plan,
    service,
    workers: setup.workers,
    queued: (module) => loop.queued(module),
    upIn: (module) => crew.upIn(module),
    rowsInFlight: () => table.size,
    coresNow: () =>
      plan.modules.flatMap(({ name }, module) =>
        crew.upIn(module).map(({ id }) => ({ id, module: name, cores: loop.coresOf(id) })),
      ),
    health,
    record,
    start: async (signal) => {
      const orders = workerOrders(plan, setup.workers, modules, slotFiles, folder);
      const started = crew.start(orders, options.startWorker, {
        onUp: ({ planned, module: { name } }, worker) => {
          if (lost.delete(planned.id)) onEvent(`worker ${planned.id} (${name}) is up again`);
          record.workerUp(planned.id);
          metrics.scaling.holds(name, planned.id, loop.coresOf(planned.id));
          loop.workerUp(planned.id, worker);
        },
        onDown: ({ planned, module: { name } }, reason, nextStartInMs) => {
          lost.add(planned.id);
          record.workerLost(planned.id);
          metrics.workerLost(name, planned.id);
          metrics.scaling.holds(name, planned.id, 0);
          onEvent(
            `worker ${planned.id} (${name}) was lost: ${reason}; starting again in ${nextStartInMs} ms`,
          );
          loop.workerDown(planned.id);
        },
      });
      await untilAborted(started, signal);
      service.open();
    },
    retire: async () => {
      await service.drain();
      await release();
    },
    release,
  };
}

const describeDrift = (drift: Drift, { modules, rateRps, sloMs }: FeasiblePlan): string => {
  const ratio = drift.ratio.toFixed(2);
  if (drift.kind === 'rate') {
    return `drift: ${ratio} times the planned ${rateRps} requests/s arrive; plan again: harp plan APP --rate ${Math.ceil(rateRps * drift.ratio)} --slo ${sloMs}`;
  }
  const { name, model } = modules[drift.module]!;
  const file = model?.file ?? 'MODEL';
  return `drift: batches of ${name} take ${ratio} times what was planned; measure and plan again: harp profile ${file}, harp plan`;
};

const workerOrders = (
  plan: FeasiblePlan,
  workers: readonly PlannedWorker[],
  modules: readonly ServedModule[],
  slotFiles: readonly SlotFile[],
  folder: string,
): WorkerOrder[] =>
  workers.map((planned) => {
    const { layout, outputs } = modules[planned.module]!;
    return {
      planned,
      module: plan.modules[planned.module]!,
      layout,
      outputs,
      slotFile: slotFiles[planned.module]!.path,
      outputFiles: [join(folder, `out-${planned.id}-0`), join(folder, `out-${planned.id}-1`)],
    };
  });
