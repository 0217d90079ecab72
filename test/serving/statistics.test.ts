/** What is counted of requests and batches, beside what Triton's documentation says of each figure. */
import { expect, it } from 'vitest';
import { Departure } from '../../src/serving/departure.ts';
import { Exposition } from '../../src/serving/exposition.ts';
import type { FinishedRequest } from '../../src/serving/finished-request.ts';
import type { ModuleRun } from '../../src/serving/module-run.ts';
import type { RowEnd } from '../../src/serving/row-in-flight.ts';
import { Statistics } from '../../src/serving/statistics.ts';
import { tritonMetrics } from '../../src/serving/triton-metrics.ts';

const MODULES = ['m', 'detect', 'read'];

const run = (module: string, readyMs: number, doneMs: number, computeMs: number): ModuleRun => ({
  index: MODULES.indexOf(module),
  module,
  tasks: 1,
  batches: 1,
  longestMs: computeMs,
  readyMs,
  doneMs,
  queueMs: doneMs - readyMs - computeMs,
  computeMs,
});

const row = (...runs: ModuleRun[]): RowEnd => ({
  decision: { kind: 'complete', request: 0 },
  failure: undefined,
  failedIn: undefined,
  facts: undefined,
  runs,
  output: () => {
    throw new Error('nobody asks');
  },
});

const finished = (model: string, durationMs: number, ends: RowEnd[]): FinishedRequest => ({
  ...{ model, durationMs, ends, rows: ends.length, outcome: 'served', status: 200 },
  ...{ message: undefined, failedIn: undefined },
  call: {
    arrivedMs: 0,
    limitMs: Number.POSITIVE_INFINITY,
    gone: new Departure(),
    requestId: 'r',
    headers: {},
  },
});

const failed = (model: string, outcome: FinishedRequest['outcome'], failedIn?: string): FinishedRequest => ({
  ...finished(model, 4, []),
  ...{ outcome, failedIn, rows: 1 },
});

/** The figures of a model by their names in /metrics, less what they begin with. */
function metricsOf(statistics: Statistics, model: string): Record<string, number> {
  const figures = new Exposition();
  tritonMetrics(figures, statistics);
  const samples = figures
    .text()
    .matchAll(/^nv_inference_(\w+)\{model="(\w+)"(?:,reason="(\w+)")?\} (\S+)$/gm);
  return Object.fromEntries(
    [...samples]
      .filter(([, , of]) => of === model)
      .map(([, name, , reason, value]) => [reason ? `${name} ${reason}` : name!, Number(value)]),
  );
}

it('three requests that share a batch of 10 ms: one execution, and 30 ms of requests that compute', () => {
  const statistics = new Statistics();
  statistics.batchRun('m', 3, 10);
  for (const waitedMs of [5, 3, 1])
    statistics.finished(finished('m', waitedMs + 12, [row(run('m', 0, waitedMs + 10, 10))]));
  expect(metricsOf(statistics, 'm')).toEqual({
    request_success: 3,
    count: 3,
    exec_count: 1,
    request_duration_us: (17 + 15 + 13) * 1000,
    queue_duration_us: (5 + 3 + 1) * 1000,
    compute_infer_duration_us: 30_000,
  });
});

it('a batch-1 and a batch-8 request in one batch: two requests, nine inferences, one execution', () => {
  const statistics = new Statistics();
  statistics.batchRun('m', 9, 20);
  statistics.finished(finished('m', 21, [row(run('m', 0, 20, 20))]));
  statistics.finished(finished('m', 21, new Array(8).fill(row(run('m', 0, 20, 20)))));
  expect(metricsOf(statistics, 'm')).toMatchObject({
    ...{ request_success: 2, count: 9, exec_count: 1 },
    ...{ queue_duration_us: 0, compute_infer_duration_us: 40_000 },
  });
  expect(statistics.of('m').batch_stats).toEqual([
    { batch_size: 9, compute_infer: { count: 1, ns: 20_000_000 } },
  ]);
});

it('a request whose rows ran in two batches waited and computed as the row did that was done last', () => {
  const statistics = new Statistics();
  const [first, last] = [row(run('m', 0, 10, 10)), row(run('m', 0, 24, 8))];
  statistics.finished(finished('m', 25, [last, first]));
  expect(metricsOf(statistics, 'm')).toMatchObject({
    ...{ request_success: 1, count: 2 },
    ...{ queue_duration_us: 16_000, compute_infer_duration_us: 8000 },
  });
});

it('a pipeline is an ensemble: a request to it is one execution, and a request to each of its modules', () => {
  const statistics = new Statistics();
  statistics.batchRun('detect', 2, 10);
  statistics.batchRun('read', 5, 20);
  const cropped: ModuleRun = { ...run('read', 12, 40, 20), tasks: 3 };
  const other: ModuleRun = { ...run('read', 12, 38, 20), tasks: 2 };
  statistics.finished(
    finished('app', 42, [row(run('detect', 0, 12, 10), cropped), row(run('detect', 0, 12, 10), other)]),
  );
  expect(metricsOf(statistics, 'app')).toEqual({
    ...{ request_success: 1, count: 2, exec_count: 1, request_duration_us: 42_000 },
    ...{ queue_duration_us: 0, compute_infer_duration_us: 30_000 },
  });
  expect(metricsOf(statistics, 'detect')).toEqual({
    ...{ request_success: 1, count: 2, exec_count: 1, request_duration_us: 12_000 },
    ...{ queue_duration_us: 2000, compute_infer_duration_us: 10_000 },
  });
  expect(metricsOf(statistics, 'read')).toEqual({
    ...{ request_success: 1, count: 5, exec_count: 1, request_duration_us: 28_000 },
    ...{ queue_duration_us: 8000, compute_infer_duration_us: 20_000 },
  });
});

it('failures have the reasons that Triton has, and count where they happened too', () => {
  const statistics = new Statistics();
  statistics.finished(failed('app', 'shed'));
  statistics.finished(failed('app', 'expired', 'read'));
  statistics.finished(failed('app', 'cancelled'));
  statistics.finished(failed('app', 'failed', 'read'));
  statistics.finished(failed('read', 'failed', 'read'));
  expect(metricsOf(statistics, 'app')).toMatchObject({
    ...{ 'request_failure REJECTED': 2, 'request_failure CANCELED': 1, 'request_failure BACKEND': 1 },
    ...{ request_success: 0, count: 0, request_duration_us: 0 },
  });
  expect(metricsOf(statistics, 'read')).toMatchObject({
    ...{ 'request_failure REJECTED': 1, 'request_failure BACKEND': 2 },
  });
  expect(statistics.of('app').inference_stats.fail).toEqual({ count: 4, ns: 16_000_000 });
});
