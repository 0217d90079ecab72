/** The statistics under the names that Triton's metrics have, with the same meaning: one source, read when somebody asks. */
import type { Exposition } from './exposition.ts';
import type { ModelStatistics, Statistics } from './statistics.ts';

const us = ({ ns }: { readonly ns: number }): number => ns / 1000;

const COUNTERS: readonly [name: string, help: string, read: (model: ModelStatistics) => number][] = [
  [
    'nv_inference_request_success',
    'Requests answered, whatever their number of rows; of a pipeline also by each of its modules',
    ({ inference_stats: { success } }) => success.count,
  ],
  ['nv_inference_count', 'Rows of requests answered', (model) => model.inference_count],
  [
    'nv_inference_exec_count',
    'Batches run; of a pipeline requests answered',
    (model) => model.execution_count,
  ],
  [
    'nv_inference_request_duration_us',
    'Time from arrival to answer, of requests together',
    ({ inference_stats: { success } }) => us(success),
  ],
  [
    'nv_inference_queue_duration_us',
    'Time that requests waited, together; those of a pipeline wait in the queues of its modules',
    ({ inference_stats: { queue } }) => us(queue),
  ],
  [
    'nv_inference_compute_infer_duration_us',
    'Time that requests spent in the engine, together: that of a batch counts for each of them',
    ({ inference_stats: { compute_infer } }) => us(compute_infer),
  ],
];

export function tritonMetrics(figures: Exposition, statistics: Statistics): void {
  for (const [name, help, read] of COUNTERS) {
    figures.reading('counter', name, help, () =>
      Array.from(statistics.all(), (model) => [{ model: model.name }, read(model)] as const),
    );
  }
  figures.reading(
    'counter',
    'nv_inference_request_failure',
    'Requests refused or failed: REJECTED (refused or expired), CANCELED (the client hung up), BACKEND (the engine)',
    () => Array.from(statistics.failures(), ([model, reason, count]) => [{ model, reason }, count] as const),
  );
}
