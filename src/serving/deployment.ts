/**
 * A plan in force: its workers, its queues, and the requests that it has accepted. A daemon has one, and for a moment two
 * while one plan takes the place of another.
 */
import { rmSync } from 'node:fs';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { InferenceWorker } from '../engine/worker-port.ts';
import { configurePolicy, type PlannedWorker } from '../policy/configure-policy.ts';
import { type Drift, type PlanHealth, planHealth } from '../policy/plan-health.ts';
import { configureScaling, INTERVAL_MS, type ScalingTerms } from '../scaling/configure-scaling.ts';
import type { ByteBudget } from './byte-budget.ts';
import { listCallables } from './callables.ts';
import { Crew } from './crew.ts';
import { describeDrift } from './describe-drift.ts';
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
import { describeModule } from './served-module.ts';
import { SlotFile } from './slot-file.ts';
import type { Statistics } from './statistics.ts';
import { untilAborted } from './until-aborted.ts';
import { watchBatches } from './watch-batches.ts';
import { watchCrew } from './watch-crew.ts';
import { type WorkerOrder, workerOrders } from './worker-order.ts';

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
  // Counters begin at 0, not with what they count first.
  for (const { name } of callables) statistics.of(name);
  const folder = makeScratchFolder();
  const slotFiles = modules.map(({ layout }, index) => new SlotFile(folder, `rows-${index}`, layout));
  const table = new RequestTable(modules, slotFiles);
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
        rateRps: () => health.rateRatio(performance.now()) * plan.rateRps,
        onEvent,
      },
      configured.scaled,
    );
  const coresOf = (worker: number): number => loop.coresOf(worker);
  const batches = watchBatches({
    modules: modules.map(({ name }) => name),
    metrics,
    statistics,
    record,
    plannedMs: plannedDurations(plan, setup, configured?.scaled, coresOf),
    coresOf,
    onDuration: (...batch) => tell(health.batchRun(...batch, performance.now())),
  });
  const scaling = watch && { setup: configured!.scaled, told: watch };
  const loop = new DispatchLoop(setup, table, { batches, scaling });
  const service = new InferenceService({
    callables,
    table,
    loop,
    statistics,
    memory: options.memory,
    onFinished: options.onFinished,
    rowLimit: queueLimit,
    onArrival: (rows, nowMs, module) => {
      if (module === undefined) {
        options.onArrival(rows, nowMs);
        tell(health.arrived(rows, nowMs));
      } else tell(health.arrived(rows / plan.modules[module]!.perRequest, nowMs, module));
    },
  });
  const tell = (drift: Drift | undefined): void => {
    // Where cores follow the load, a surge is no reason for another plan; what is, the watch tells.
    const isSurge = drift?.kind === 'rate' && configured?.scaled.acts;
    if (drift !== undefined && !isSurge) onEvent(describeDrift(drift, { plan, planFile: options.planFile }));
  };
  const watchQueues = setInterval(() => {
    for (const module of modules.keys()) record.queueSeen(module, loop.queued(module), performance.now());
  }, QUEUE_SEEN_EVERY_MS).unref();
  const ticks = watch && setInterval(() => loop.tick(), INTERVAL_MS).unref();
  const crew = new Crew();

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
        crew.upIn(module).map(({ id }) => ({ id, module: name, cores: coresOf(id) })),
      ),
    health,
    record,
    start: async (signal) => {
      const orders = workerOrders(plan, setup.workers, modules, slotFiles, folder);
      const events = watchCrew({ loop, metrics, record, onEvent });
      await untilAborted(crew.start(orders, options.startWorker, events), signal);
      service.open();
    },
    retire: async () => {
      await service.drain();
      await release();
    },
    release,
  };
}
