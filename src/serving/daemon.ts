/**
 * The daemon: starts what the plan bought, serves it until it is told to stop, and then answers what it has accepted.
 * What runs the batches is handed in, so that a plan can also be rehearsed on an emulated engine.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import type { InferenceWorker, RowLayout } from '../engine/worker-port.ts';
import { configurePolicy, type PlannedWorker } from '../policy/configure-policy.ts';
import { DispatchLoop } from './dispatch-loop.ts';
import { type Address, listenHttp } from './http-server.ts';
import { InferenceService } from './inference-service.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { RequestTable } from './request-table.ts';
import { makeScratchFolder } from './scratch-folder.ts';
import { describeModule } from './served-module.ts';
import { SlotFile } from './slot-file.ts';
import { type SupervisedWorker, superviseWorker } from './supervise-worker.ts';

/** Timers of a busy process ring this late. */
const TIMER_LEAD_MS = 2;

/** What a worker is started with. */
export interface WorkerOrder {
  readonly planned: PlannedWorker;
  readonly module: ModulePlan;
  readonly layout: RowLayout;
  readonly outputs: readonly TensorSpec[];
  readonly slotFile: string;
  readonly outputFiles: readonly [string, string];
}

export interface DaemonOptions {
  readonly http: Address;
  /** Requests that may wait at each module. */
  readonly queueLimit: number;
  readonly bodyLimitBytes: number;
  readonly version: string;
  readonly startWorker: (order: WorkerOrder) => InferenceWorker;
  /** Told what happens to workers. */
  readonly onEvent: (text: string) => void;
}

export interface Daemon {
  readonly url: string;
  readonly workers: readonly PlannedWorker[];
  /** Refuses what comes, answers what was accepted, and ends everything. */
  stop(): Promise<void>;
}

/** @throws HarpError `bad-input` for models that cannot be served, `missing-capability` for an address in use */
export async function startDaemon(plan: FeasiblePlan, options: DaemonOptions): Promise<Daemon> {
  const setup = configurePolicy(plan, { queueLimit: options.queueLimit, timerLeadMs: TIMER_LEAD_MS });
  const modules = plan.modules.map(describeModule);
  const folder = makeScratchFolder();
  const slotFiles = modules.map(({ layout }, index) => new SlotFile(folder, `rows-${index}`, layout));
  const up = new Set<number>();
  const upIn = (module: number): PlannedWorker[] =>
    setup.workers.filter((worker) => worker.module === module && up.has(worker.id));

  const metrics: Metrics = await createMetrics({
    modules: modules.map(({ name }) => name),
    queued: (module) => loop.queued(module),
    workersUp: (module) => upIn(module).length,
    inFlight: () => table.size,
    cores: (module) => upIn(module).reduce((sum, { cores }) => sum + cores, 0),
  });
  const table = new RequestTable(slotFiles, ({ module, worker, tasks, reason }, { computeMs }) => {
    const { type } = setup.workers[worker]!;
    const plannedMs = setup.config.modules[module]!.machineTypes[type]!.tailMs[tasks.length]!;
    metrics.batchRun(modules[module]!.name, worker, tasks.length, reason, computeMs, plannedMs);
  });
  const loop = new DispatchLoop(setup, table);

  const supervised: SupervisedWorker[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(supervised.map((worker) => worker.stop()));
    loop.close();
    for (const file of slotFiles) file.close();
    rmSync(folder, { recursive: true, force: true });
  };

  try {
    const service = new InferenceService(plan, modules, table, loop, metrics);
    for (const planned of setup.workers) {
      const order: WorkerOrder = {
        planned,
        module: plan.modules[planned.module]!,
        layout: modules[planned.module]!.layout,
        outputs: modules[planned.module]!.outputs,
        slotFile: slotFiles[planned.module]!.path,
        outputFiles: [join(folder, `out-${planned.id}-0`), join(folder, `out-${planned.id}-1`)],
      };
      supervised.push(
        superviseWorker(() => options.startWorker(order), {
          onUp: (worker) => {
            up.add(planned.id);
            loop.workerUp(planned.id, worker);
          },
          onDown: (reason, nextStartInMs) => {
            up.delete(planned.id);
            metrics.workerRestarted(order.module.name, planned.id);
            options.onEvent(
              `worker ${planned.id} (${order.module.name}) was lost: ${reason}; starting again in ${nextStartInMs} ms`,
            );
            loop.workerDown(planned.id);
          },
        }),
      );
    }
    const context = { service, metrics, version: options.version, bodyLimitBytes: options.bodyLimitBytes };
    const http = await listenHttp(options.http, context);
    const stop = async (): Promise<void> => {
      await service.drain();
      await http.close();
      await release();
    };
    return await Promise.all(supervised.map(({ firstReady }) => firstReady)).then(
      () => ({ url: http.url, workers: setup.workers, stop }),
      async (error) => {
        await http.close();
        throw error;
      },
    );
  } catch (error) {
    await release();
    throw error;
  }
}
