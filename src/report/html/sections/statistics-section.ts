/** What a server's models have done since it began, as it tells over the Open Inference Protocol. */
import type { ServerStatistics } from '../../../domain/server-statistics.ts';
import { formatMs } from '../../format.ts';
import { dataTable, type Section } from '../section.ts';
import { batchChart } from './batch-chart.ts';

const MS_PER_NS = 1e-6;

export function statisticsSection({ model_stats: models }: ServerStatistics): Section {
  const meanMs = ({ count, ns }: { count: number; ns: number }): string =>
    count > 0 ? formatMs((ns / count) * MS_PER_NS) : '–';
  return {
    kind: 'statistics of a server',
    title: models.map(({ name }) => name).join(', '),
    about: 'Since the server began, as the Open Inference Protocol tells it',
    blocks: [
      dataTable(
        'Models',
        models,
        [
          { title: 'model', cell: ({ name }) => name, align: 'left' },
          { title: 'rows', cell: (model) => model.inference_count.toLocaleString('en-US') },
          { title: 'batches', cell: (model) => model.execution_count.toLocaleString('en-US') },
          { title: 'answered', cell: (model) => model.inference_stats.success.count.toLocaleString('en-US') },
          { title: 'in', cell: (model) => meanMs(model.inference_stats.success) },
          { title: 'failed', cell: (model) => String(model.inference_stats.fail.count) },
          { title: 'queueing', cell: (model) => meanMs(model.inference_stats.queue) },
          { title: 'computing', cell: (model) => meanMs(model.inference_stats.compute_infer) },
        ],
        'Times are means.',
      ),
      {
        kind: 'charts',
        charts: models
          .filter((model) => model.batch_stats.length > 0)
          .map(({ name, batch_stats: sizes }) =>
            batchChart(
              name,
              Array.from(
                { length: Math.max(...sizes.map((each) => each.batch_size)) },
                (_, at) => sizes.find((each) => each.batch_size === at + 1)?.compute_infer.count ?? 0,
              ),
            ),
          ),
      },
    ],
  };
}
