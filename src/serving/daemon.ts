/**
 * The daemon: puts a plan in force, serves it over HTTP and gRPC until it is told to stop, and then answers what it has
 * accepted. Another plan takes the place of the first without a request being lost. What runs the batches is handed in, so
 * that a plan can also be rehearsed on an emulated engine.
 */
import type { FeasiblePlan } from '../domain/plan.ts';
import type { PlannedWorker } from '../policy/configure-policy.ts';
import type { Access } from './access.ts';
import { ByteBudget } from './byte-budget.ts';
import { type Deployment, deploy, type WorkerSupply } from './deployment.ts';
import type { OnFinished, OnRefused } from './finished-request.ts';
import { listenGrpc } from './grpc/grpc-server.ts';
import { type Address, listenHttp } from './http-server.ts';
import { LiveView } from './live/live-view.ts';
import { createMetrics, type Gauges } from './metrics.ts';
import { METRICS_PATH } from './routes.ts';
import { memoryShareBytes } from './scratch-folder.ts';
import { Statistics } from './statistics.ts';
import { tracer } from './trace-requests.ts';

export interface DaemonOptions extends WorkerSupply {
  readonly http: Address;
  readonly grpc: Address;
  /** Of /metrics alone, which HTTP has too. */
  readonly metrics: Address;
  readonly access: Access;
  /** Requests that may wait at each module. */
  readonly queueLimit: number;
  readonly bodyLimitBytes: number;
  /** That requests may hold together until they are answered; a share of what the machine has by default. */
  readonly memoryLimitBytes?: number | undefined;
  readonly version: string;
  /** Where the plan came from, for commands that make another. */
  readonly planFile?: string;
  /** Told what happens to workers. */
  readonly onEvent: (text: string) => void;
  /** Told what became of every request. */
  readonly onFinished: OnFinished;
  /** Told of every request to a model that is not let in. */
  readonly onRefused: OnRefused;
  /** Gives up starting, with its reason. */
  readonly signal: AbortSignal;
}

export interface Daemon {
  readonly url: string;
  readonly grpcAddress: string;
  readonly metricsUrl: string;
  /** Of the plan in force. */
  readonly workers: readonly PlannedWorker[];
  /**
   * Puts another plan in force as soon as its workers are up; requests that were accepted before are answered by the old ones.
   * @throws HarpError or what a worker says; the old plan then stays in force
   */
  swap(plan: FeasiblePlan, supply: WorkerSupply): Promise<void>;
  /** Refuses what comes, answers what was accepted, and ends everything. */
  stop(): Promise<void>;
}

/** @throws HarpError `bad-input` for models that cannot be served, `missing-capability` for an address in use */
export async function startDaemon(plan: FeasiblePlan, options: DaemonOptions): Promise<Daemon> {
  const { queueLimit, version, bodyLimitBytes, access, signal } = options;
  const statistics = new Statistics();
  const memory = new ByteBudget(options.memoryLimitBytes ?? memoryShareBytes());
  const live = new LiveView(version, () => current);
  const gauges: Gauges = {
    modules: () => current.plan.modules.map(({ name }) => name),
    queued: (module) => current.queued(module),
    rowsInFlight: () => current.rowsInFlight(),
    durationRatio: (module) => current.health.durationRatio(module),
    rateRatio: () => current.health.rateRatio(performance.now()),
    workersUp: (module) => current.upIn(module).length,
    workers: () => current.coresNow(),
  };
  const metrics = createMetrics(gauges, statistics);
  const watchers = [metrics.finished, live.finished, await tracer(version), options.onFinished];
  const onFinished: OnFinished = (request) => {
    statistics.finished(request);
    for (const watcher of watchers) watcher(request);
  };
  const onEvent = (text: string): void => {
    live.note(text);
    options.onEvent(text);
  };
  const onArrival = (rows: number, nowMs: number): void => live.requests.arrived(rows, nowMs);
  const { planFile = '-' } = options;
  const deployed = (next: FeasiblePlan, { startWorker, scaling, released }: WorkerSupply): Deployment =>
    deploy(next, {
      ...{ startWorker, scaling, ...(released && { released }) },
      ...{ queueLimit, memory, planFile, metrics, statistics, onFinished, onArrival, onEvent },
    });
  let current = deployed(plan, options);
  /** Old plans whose last requests are being answered. */
  const retiring = new Set<Promise<void>>();
  const servers: { close(): Promise<void> }[] = [];
  const stopping = new AbortController();

  const release = async (): Promise<void> => {
    await Promise.all([...servers.map((server) => server.close()), current.release(), ...retiring]);
  };
  try {
    const context = {
      get service() {
        return current.service;
      },
      metrics,
      onRefused: options.onRefused,
      live,
      version,
      bodyLimitBytes,
      memory,
      access,
    };
    const http = await listenHttp(options.http, context);
    servers.push(http);
    const grpc = await listenGrpc(options.grpc, context);
    servers.push(grpc);
    const scraped = await listenHttp(options.metrics, scrapeOnly(context));
    servers.push(scraped);
    await current.start(signal);
    return {
      url: http.url,
      grpcAddress: grpc.address,
      metricsUrl: scraped.url + METRICS_PATH,
      get workers() {
        return current.workers;
      },
      swap: async (next, supply) => {
        const replacement = deployed(next, supply);
        try {
          await replacement.start(stopping.signal);
        } catch (error) {
          await replacement.release();
          throw error;
        }
        const retired = current.retire().finally(() => retiring.delete(retired));
        retiring.add(retired);
        current = replacement;
        live.note(`another plan is in force: ${next.rateRps} requests/s within ${next.sloMs} ms`);
      },
      stop: async () => {
        stopping.abort(new Error('the daemon is stopping'));
        await current.service.drain();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The same, which it goes on reading, with one path. */
const scrapeOnly = <Context extends object>(context: Context): Context & { only: string } =>
  Object.create(context, { only: { value: METRICS_PATH } });
