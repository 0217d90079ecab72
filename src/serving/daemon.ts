/**
 * The daemon: starts what the plan bought, serves it until it is told to stop, and then answers what it has accepted.
 * What runs the batches is handed in, so that a plan can also be rehearsed on an emulated engine.
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { InferenceWorker } from '../engine/worker-port.ts';
import { allocationDurations, configurePolicy, type PlannedWorker } from '../policy/configure-policy.ts';
import type { Access } from './access.ts';
import { listCallables } from './callables.ts';
import { Crew, type WorkerOrder } from './crew.ts';
import { DispatchLoop } from './dispatch-loop.ts';
import { listenGrpc } from './grpc/grpc-server.ts';
import { type Address, listenHttp } from './http-server.ts';
import { InferenceService } from './inference-service.ts';
import { createMetrics } from './metrics.ts';
import { RequestTable } from './request-table.ts';
import { METRICS_PATH } from './routes.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { describeModule, type ServedModule } from './served-module.ts';
import { SlotFile } from './slot-file.ts';
import { Statistics } from './statistics.ts';

/** Timers of a busy process ring this late. */
const TIMER_LEAD_MS = 2;

export interface DaemonOptions {
  readonly http: Address;
  readonly grpc: Address;
  /** Of /metrics alone, which HTTP has too. */
  readonly metrics: Address;
  readonly access: Access;
  /** Requests that may wait at each module. */
  readonly queueLimit: number;
  readonly bodyLimitBytes: number;
  readonly version: string;
  readonly startWorker: (order: WorkerOrder) => InferenceWorker;
  /** Told what happens to workers. */
  readonly onEvent: (text: string) => void;
  /** Gives up starting, with its reason. */
  readonly signal: AbortSignal;
}

export interface Daemon {
  readonly url: string;
  readonly grpcAddress: string;
  readonly metricsUrl: string;
  readonly workers: readonly PlannedWorker[];
  /** Refuses what comes, answers what was accepted, and ends everything. */
  stop(): Promise<void>;
}

/** @throws HarpError `bad-input` for models that cannot be served, `missing-capability` for an address in use */
export async function startDaemon(plan: FeasiblePlan, options: DaemonOptions): Promise<Daemon> {
  const setup = configurePolicy(plan, { queueLimit: options.queueLimit, timerLeadMs: TIMER_LEAD_MS });
  const modules = plan.modules.map(describeModule);
  const callables = listCallables(plan, modules);
  const durations = plan.modules.map((module) =>
    module.allocations.map((_, type) => allocationDurations(module, type).durationMs),
  );
  const crew = new Crew();
  const metrics = await createMetrics({
    modules: modules.map(({ name }) => name),
    queued: (module) => loop.queued(module),
    rowsInFlight: () => table.size,
    workersUp: (module) => crew.upIn(module).length,
    cores: (module) => crew.upIn(module).reduce((sum, { cores }) => sum + cores, 0),
  });

  const statistics = new Statistics();
  const folder = makeScratchFolder();
  const slotFiles = modules.map(({ layout }, index) => new SlotFile(folder, `rows-${index}`, layout));
  const table = new RequestTable(modules, slotFiles, ({ module, worker, tasks, reason }, { computeMs }) => {
    const plannedMs = durations[module]![setup.workers[worker]!.type]![tasks.length]!;
    const { name } = modules[module]!;
    metrics.batchRun(name, tasks.length, reason, computeMs, plannedMs);
    statistics.batchRun(name, tasks.length, computeMs);
  });
  const loop = new DispatchLoop(setup, table);
  const service = new InferenceService({
    callables,
    table,
    loop,
    metrics,
    statistics,
    rowLimit: options.queueLimit,
  });

  const lost = new Set<number>();
  const servers: { close(): Promise<void> }[] = [];
  const release = async (): Promise<void> => {
    await Promise.all([...servers.map((server) => server.close()), crew.stop()]);
    loop.close();
    for (const file of slotFiles) file.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { version, bodyLimitBytes, access, signal } = options;
    const context = { service, metrics, version, bodyLimitBytes, access };
    const http = await listenHttp(options.http, context);
    servers.push(http);
    const grpc = await listenGrpc(options.grpc, context);
    servers.push(grpc);
    const scraped = await listenHttp(options.metrics, { ...context, only: METRICS_PATH });
    servers.push(scraped);
    const orders = workerOrders(plan, setup.workers, modules, slotFiles, folder);
    const started = crew.start(orders, options.startWorker, {
      onUp: ({ planned, module: { name } }, worker) => {
        if (lost.delete(planned.id)) options.onEvent(`worker ${planned.id} (${name}) is up again`);
        loop.workerUp(planned.id, worker);
      },
      onDown: ({ planned, module: { name } }, reason, nextStartInMs) => {
        lost.add(planned.id);
        metrics.workerLost(name, planned.id);
        const again = `starting again in ${nextStartInMs} ms`;
        options.onEvent(`worker ${planned.id} (${name}) was lost: ${reason}; ${again}`);
        loop.workerDown(planned.id);
      },
    });
    await Promise.race([started, whenAborted(signal)]);
    service.open();
    const stop = async (): Promise<void> => {
      await service.drain();
      await release();
    };
    return {
      url: http.url,
      grpcAddress: grpc.address,
      metricsUrl: scraped.url + METRICS_PATH,
      workers: setup.workers,
      stop,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** @throws the signal's reason */
async function whenAborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

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
