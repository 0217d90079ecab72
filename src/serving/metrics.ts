/**
 * What the daemon tells Prometheus: Triton's names where the meaning is the same, so that existing dashboards work, and
 * harp's own for what only a plan has.
 */
import type { Registry } from 'prom-client';
import type { StartReason } from '../policy/dispatch/dispatcher.ts';
import { isAnswered, type OnFinished, queueMsOf } from './finished-request.ts';
import { createScalingMetrics, type ScalingMetrics, type WorkerCoresNow } from './scaling-metrics.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  readonly finished: OnFinished;
  batchRun(module: string, size: number, reason: StartReason, computeMs: number, plannedMs: number): void;
  workerLost(module: string, worker: number): void;
  readonly scaling: ScalingMetrics;
}

/** Read when metrics are asked for. */
export interface Gauges {
  modules(): readonly string[];
  queued(module: number): number;
  workersUp(module: number): number;
  /** Of the plan in force. */
  workers(): readonly WorkerCoresNow[];
  rowsInFlight(): number;
  /** Measured over planned, of late. */
  durationRatio(module: number): number;
  rateRatio(): number;
}

export async function createMetrics(gauges: Gauges): Promise<Metrics> {
  const { Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames, registers });

  const success = counter('nv_inference_request_success', 'Requests answered', ['model']);
  const failure = counter('nv_inference_request_failure', 'Requests refused or failed, by reason', [
    'model',
    'reason',
  ]);
  const inferences = counter('nv_inference_count', 'Rows inferred', ['model']);
  const executions = counter('nv_inference_exec_count', 'Batches run', ['model']);
  const requestUs = counter('nv_inference_request_duration_us', 'Time from arrival to answer', ['model']);
  const queueUs = counter('nv_inference_queue_duration_us', 'Time not spent computing', ['model']);
  const computeUs = counter('nv_inference_compute_infer_duration_us', 'Time of batches in the engine', [
    'model',
  ]);
  const batches = counter('harp_batches_total', 'Batches by why they left', ['module', 'reason']);
  const outcomes = counter('harp_requests_total', 'Requests by outcome; attainment is served over all', [
    'model',
    'outcome',
  ]);
  const lost = counter('harp_workers_lost_total', 'Workers that were lost, and started again', [
    'module',
    'worker',
  ]);
  const batchSize = new Histogram({
    name: 'harp_batch_size',
    help: 'Requests per batch',
    labelNames: ['module'],
    buckets: [1, 2, 4, 8, 16, 32, 64, 128],
    registers,
  });
  const latency = new Histogram({
    name: 'harp_request_latency_ms',
    help: 'From arrival to answer',
    labelNames: ['model'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
    registers,
  });
  const drift = new Histogram({
    name: 'harp_duration_over_plan',
    help: 'Measured over planned duration of batches',
    labelNames: ['module'],
    buckets: [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4],
    registers,
  });
  const read = (name: string, help: string, value: (module: number) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['module'],
      registers,
      collect() {
        gauges.modules().forEach((module, index) => {
          this.set({ module }, value(index));
        });
      },
    });
  };
  new Gauge({
    name: 'harp_rows_in_flight',
    help: 'Rows of requests taken and not yet answered',
    registers,
    collect() {
      this.set(gauges.rowsInFlight());
    },
  });
  new Gauge({
    name: 'harp_rate_over_plan',
    help: 'Requests that arrive over those that were planned, of late',
    registers,
    collect() {
      this.set(gauges.rateRatio());
    },
  });
  read('harp_duration_drift', 'Measured over planned duration of batches, of late', gauges.durationRatio);
  read('harp_queue_length', 'Requests waiting', gauges.queued);
  read('harp_workers_up', 'Workers that take batches', gauges.workersUp);
  read('harp_cores', 'Cores given to workers', (module) =>
    gauges
      .workers()
      .filter((worker) => worker.module === gauges.modules()[module])
      .reduce((sum, { cores }) => sum + cores, 0),
  );
  const scaling = await createScalingMetrics(registry, gauges.workers);

  return {
    contentType: (registry as Registry).contentType,
    text: () => registry.metrics(),
    finished: (request) => {
      const { model, outcome, rows, durationMs } = request;
      outcomes.inc({ model, outcome });
      if (!isAnswered(request)) return failure.inc({ model, reason: outcome });
      success.inc({ model });
      inferences.inc({ model }, rows);
      requestUs.inc({ model }, durationMs * 1000);
      latency.observe({ model }, durationMs);
      queueUs.inc({ model }, queueMsOf(request) * 1000);
    },
    batchRun: (module, size, reason, computeMs, plannedMs) => {
      executions.inc({ model: module });
      batches.inc({ module, reason });
      batchSize.observe({ module }, size);
      computeUs.inc({ model: module }, computeMs * 1000);
      drift.observe({ module }, computeMs / plannedMs);
    },
    workerLost: (module, worker) => lost.inc({ module, worker }),
    scaling,
  };
}
