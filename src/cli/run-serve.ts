/** Wires `harp serve`: the plan, what runs its batches, where it listens, and a new plan in place of the old one. */
import { resolve } from 'node:path';
import { type Listening, listeningAt } from '../domain/daemon.ts';
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { loadPlan } from '../files/load-plan.ts';
import { daemonFolder, registerDaemon, unregisterDaemon } from '../files/running-daemons.ts';
import type { Daemon } from '../serving/daemon.ts';
import { detachedLog } from './detach.ts';
import { measurementWarnings } from './plan-warnings.ts';
import { type AccessOptions, listeningOn, readAccess } from './serve-access.ts';
import { type LogFormat, type ServeLog, serveLog } from './serve-log.ts';
import { watchPlan } from './watch-plan.ts';
import { type SourceOptions, type WorkerSource, workerSource } from './worker-source.ts';

export interface ServeOptions extends SourceOptions, AccessOptions {
  readonly queueLimit: number;
  readonly bodyLimitMiB: number;
  readonly memoryLimitMiB: number | undefined;
  readonly version: string;
  readonly logFormat: LogFormat;
  /** Whether every request gets a line in the log. */
  readonly logRequests: boolean;
  /** Takes a line of the log, also where notes are not wanted. */
  readonly log: (line: string) => void;
  /** Gives up starting. */
  readonly signal: AbortSignal;
}

export interface ServedWorker {
  readonly id: number;
  readonly module: string;
  readonly hardware: string;
  readonly batchSize: number;
  /** Core numbers; empty where it is emulated or cannot be confined. */
  readonly cores: readonly number[];
}

export interface Serving {
  readonly plan: FeasiblePlan;
  readonly listening: Listening;
  readonly workers: readonly ServedWorker[];
  readonly notes: readonly string[];
  readonly log: ServeLog;
  /** Answers what was accepted, and ends. */
  stop(): Promise<void>;
}

const MIB = 2 ** 20;

/** @throws HarpError `bad-input` for plans that cannot be served, `missing-capability` for what this machine lacks */
export async function runServe(options: ServeOptions): Promise<Serving> {
  const addresses = listeningOn(options);
  const access = readAccess(options);
  // Where there is no place to note it, that is known before anything starts.
  daemonFolder();
  const log = serveLog(options.logFormat, options.logRequests, options.log);
  const plan = loadPlan(options.planFile);
  const { startDaemon } = await import('../serving/daemon.ts');
  const source = await workerSource(plan, options);
  const daemon = await startDaemon(plan, {
    ...addresses,
    access,
    queueLimit: options.queueLimit,
    bodyLimitBytes: options.bodyLimitMiB * MIB,
    memoryLimitBytes: options.memoryLimitMiB && options.memoryLimitMiB * MIB,
    version: options.version,
    ...source.supply,
    planFile: options.planFile,
    ...log,
    signal: options.signal,
  });
  const { pid } = process;
  const bound = {
    ...{ http: daemon.url, grpc: daemon.grpcAddress, metrics: daemon.metricsUrl, pid },
    log: detachedLog(),
  };
  const swap = (): Promise<void> => swapPlan(daemon, options, log, plan.application);
  // Whoever finds it listed may signal it.
  const unwatch = watchPlan(options.planFile, swap, log.onEvent);
  const stop = async (): Promise<void> => {
    unwatch();
    await daemon.stop();
    unregisterDaemon(pid);
  };
  try {
    registerDaemon({
      ...bound,
      application: plan.application,
      plan: options.planFile === '-' ? '-' : resolve(options.planFile),
      folder: process.cwd(),
      startedAt: new Date().toISOString(),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    plan,
    listening: listeningAt(bound),
    workers: servedWorkers(plan, daemon, source),
    notes: [...source.notes, ...measurementWarnings(plan)],
    log,
    stop,
  };
}

const servedWorkers = (plan: FeasiblePlan, daemon: Daemon, { coresOf }: WorkerSource): ServedWorker[] =>
  daemon.workers.map(({ id, module, hardware, batchSize }) => ({
    id,
    module: plan.modules[module]!.name,
    hardware,
    batchSize,
    cores: coresOf(id),
  }));

/** Clients of the one would find nothing of the other. @throws HarpError `bad-input` */
function assertSameApplication(plan: FeasiblePlan, application: string): void {
  if (plan.application === application) return;
  throw new HarpError('bad-input', 'this is a plan of another application', {
    expected: `"${application}"`,
    got: `"${plan.application}"`,
    hint: 'Serve it by a daemon of its own.',
  });
}

/** The plan that the file holds now takes the place of the one in force, if it can be served. */
async function swapPlan(
  daemon: Daemon,
  options: ServeOptions,
  { onEvent }: ServeLog,
  application: string,
): Promise<void> {
  try {
    const plan = loadPlan(options.planFile);
    assertSameApplication(plan, application);
    await daemon.swap(plan, (await workerSource(plan, options)).supply);
    onEvent(
      `the plan in ${options.planFile} is in force: ${plan.rateRps} requests/s within ${plan.sloMs} ms`,
    );
  } catch (error) {
    onEvent(`kept the plan in force: ${(error as Error).message}`);
  }
}
