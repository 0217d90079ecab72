/**
 * What the daemon tells Prometheus: under Triton's names what the statistics count, so that existing dashboards work, and
 * harp's own for what only a plan has.
 */
import type { StartReason } from '../policy/dispatch/dispatcher.ts';
import { EXPOSITION_TYPE, Exposition } from './exposition.ts';
import { isAnswered, type OnFinished, type Outcome } from './finished-request.ts';
import type { RefusalReason } from './protocol/protocol-error.ts';
import { createScalingMetrics, type ScalingMetrics, type WorkerCoresNow } from './scaling-metrics.ts';
import type { Statistics } from './statistics.ts';
import { tritonMetrics } from './triton-metrics.ts';

export interface Metrics {
  readonly contentType: string;
  text(): string;
  readonly finished: OnFinished;
  /** A request to the model was not let in. */
  refused(model: string, reason: RefusalReason): void;
  batchRun(module: string, size: number, reason: StartReason, computeMs: number, plannedMs: number): void;
  batchFailed(module: string): void;
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
  /** Measured over planned, of late; 1 where that says nothing. */
  durationRatio(module: number): number;
  rateRatio(): number;
}

/** @param statistics read when metrics are asked for */
export function createMetrics(gauges: Gauges, statistics: Statistics): Metrics {
  const figures = new Exposition();
  tritonMetrics(figures, statistics);
  const batches = figures.counter<'module' | 'reason'>('harp_batches_total', 'Batches by why they left');
  const failedBatches = figures.counter<'module'>(
    'harp_batches_failed_total',
    'Batches that the engine refused or failed to run; those of lost workers are not among them',
  );
  const outcomes = figures.counter<'model' | 'outcome'>(
    'harp_requests_total',
    'Requests by outcome; attainment is served over all',
  );
  const shed = figures.counter<'model' | 'reason'>(
    'harp_shed_total',
    'Requests that were refused although nothing was wrong with them, by reason; those that were not read have no outcome',
  );
  const lost = figures.counter<'module' | 'worker'>(
    'harp_workers_lost_total',
    'Workers that were lost, and started again',
  );
  const batchSize = figures.histogram<'module'>(
    'harp_batch_size',
    'Requests per batch',
    [1, 2, 4, 8, 16, 32, 64, 128],
  );
  const latency = figures.histogram<'model'>(
    'harp_request_latency_ms',
    'From arrival to answer',
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
  );
  const drift = figures.histogram<'module'>(
    'harp_duration_over_plan',
    'Measured over planned duration of batches',
    [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4],
  );
  const read = (name: string, help: string, value: (module: number) => number): void =>
    figures.reading('gauge', name, help, () =>
      gauges.modules().map((module, index) => [{ module }, value(index)] as const),
    );
  figures.reading('gauge', 'harp_rows_in_flight', 'Rows of requests taken and not yet answered', () => [
    [{}, gauges.rowsInFlight()],
  ]);
  figures.reading(
    'gauge',
    'harp_rate_over_plan',
    'Requests that arrive over those that were planned, of late',
    () => [[{}, gauges.rateRatio()]],
  );
  read(
    'harp_duration_drift',
    'Measured over planned duration of batches, of late; 1 below 30 batches or half a millisecond',
    gauges.durationRatio,
  );
  read('harp_queue_length', 'Requests waiting', gauges.queued);
  read('harp_workers_up', 'Workers that take batches', gauges.workersUp);
  read('harp_cores', 'Cores given to workers', (module) =>
    gauges
      .workers()
      .filter((worker) => worker.module === gauges.modules()[module])
      .reduce((sum, { cores }) => sum + cores, 0),
  );
  const scaling = createScalingMetrics(figures, gauges.workers);

  const latencyOf = remembered((model) => latency({ model }));
  const outcomesOf = remembered((model) => remembered((outcome: Outcome) => outcomes({ model, outcome })));
  const runBy = remembered((module) => ({
    batches: remembered((reason: StartReason) => batches({ module, reason })),
    failed: failedBatches({ module }),
    batchSize: batchSize({ module }),
    drift: drift({ module }),
  }));
  return {
    contentType: EXPOSITION_TYPE,
    text: () => figures.text(),
    finished: (request) => {
      const { model, outcome, durationMs } = request;
      outcomesOf(model)(outcome).value += 1;
      if (isAnswered(request)) latencyOf(model).observe(durationMs);
    },
    refused: (model, reason) => {
      shed({ model, reason }).value += 1;
    },
    batchRun: (module, size, reason, computeMs, plannedMs) => {
      const of = runBy(module);
      of.batches(reason).value += 1;
      of.batchSize.observe(size);
      of.drift.observe(computeMs / plannedMs);
    },
    batchFailed: (module) => {
      runBy(module).failed.value += 1;
    },
    workerLost: (module, worker) => {
      lost({ module, worker }).value += 1;
    },
    scaling,
  };
}

/** Asks once for each key. */
function remembered<Key extends string, Value>(find: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = find(key);
      known.set(key, value);
    }
    return value;
  };
}
