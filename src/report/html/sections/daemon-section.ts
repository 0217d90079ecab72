/** What a daemon told of itself: its last minutes beside its plan, or its statistics since it began. */
import type { LiveModule, LiveReport } from '../../../domain/live-report.ts';
import type { ModelStatistics } from '../../../domain/model-statistics.ts';
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import { formatShare } from '../../outcome-share.ts';
import { countAxis, msAxis, numberAxis } from '../chart/axes.ts';
import { type Chart, colourOf } from '../chart/chart.ts';
import { type Block, dataTable, type Fact, type Section } from '../section.ts';
import { attainmentOverTime, type Ended, outcomesOverTime } from './outcome-charts.ts';
import { groupIntervals, timeChart } from './timeline.ts';

export function liveSection(live: LiveReport): Section {
  const { plan, at, state, series } = live;
  return {
    kind: 'daemon',
    title: plan.application,
    about: `${significant(plan.rateRps)} requests/s within ${formatMs(plan.sloMs)} planned by ${plan.planner} · ${state} · the ${series.offered.length} s before ${at}`,
    blocks: [
      { kind: 'facts', facts: factsOf(live) },
      { kind: 'charts', charts: chartsOf(live) },
      moduleTable(live),
    ],
  };
}

function factsOf({ totals, latencyMs, plan }: LiveReport): Fact[] {
  const ended = totals.served + totals.late + totals.expired + totals.shed + totals.failed;
  return [
    {
      name: 'in time',
      value: formatShare(totals.served, ended),
      beside: `of ${ended.toLocaleString('en-US')} since it began`,
    },
    ...(latencyMs
      ? [
          { name: 'median', value: formatMs(latencyMs.p50), beside: 'latency' },
          { name: 'p99', value: formatMs(latencyMs.p99), beside: `of ${formatMs(plan.sloMs)}` },
          {
            name: 'slowest',
            value: formatMs(latencyMs.max),
            beside: `planned ${formatMs(plan.worstCaseMs)}`,
          },
        ]
      : []),
    { name: 'cost', value: formatUsd(plan.costPerHour), beside: `an hour, ${significant(plan.cores)} cores` },
  ];
}

interface Second extends Ended {
  readonly timeMs: number;
  readonly index: number;
}

function chartsOf({ series, modules, plan }: LiveReport): Chart[] {
  const seconds = series.offered.map(
    (_, index): Second => ({
      timeMs: index * 1000,
      index,
      inTime: series.served[index] ?? 0,
      late: series.late[index] ?? 0,
      expired: series.expired[index] ?? 0,
      shed: series.shed[index] ?? 0,
      failed: series.failed[index] ?? 0,
    }),
  );
  if (seconds.length < 2) return [];
  const groups = groupIntervals(seconds);
  return [
    outcomesOverTime(groups, (second) => second, [{ axis: 'y', value: plan.rateRps, name: 'planned' }]),
    attainmentOverTime(groups, (second) => second),
    timeChart(
      'Latency',
      groups,
      msAxis('latency'),
      [
        {
          name: 'median',
          colour: 'blue',
          look: 'line',
          of: ({ index }) => series.p50Ms[index],
          merge: 'mean',
        },
        {
          name: 'p99',
          colour: 'orange',
          look: 'dashed',
          of: ({ index }) => series.p99Ms[index],
          merge: 'max',
        },
      ],
      { references: [{ axis: 'y', value: plan.sloMs, name: 'SLO' }] },
    ),
    timeChart(
      'Waiting',
      groups,
      numberAxis('rows, at most'),
      modules.map(({ name, queued }, index) => ({
        name,
        colour: colourOf(index),
        look: 'line',
        of: (second) => queued[second.index],
        merge: 'max',
      })),
    ),
    timeChart(
      'Cores at work',
      groups,
      numberAxis('cores'),
      [
        {
          name: 'busy',
          colour: 'blue',
          look: 'area',
          of: ({ index }) => series.busyCores[index],
          merge: 'mean',
        },
      ],
      { references: [{ axis: 'y', value: plan.cores, name: 'held' }] },
    ),
    ...modules.filter(({ batchSizes }) => batchSizes.some((count) => count > 0)).map(batchChart),
  ];
}

const batchChart = ({ name, batchSizes }: Pick<LiveModule, 'name' | 'batchSizes'>): Chart => ({
  title: `Batch sizes of ${name}`,
  x: { ...countAxis('batch size'), from: 0.5, to: Math.max(2, batchSizes.length) + 0.5 },
  y: countAxis('batches'),
  series: [
    {
      name: 'batches',
      colour: 'blue',
      look: 'bars',
      points: batchSizes.map((count, at) => ({
        x: at + 0.5,
        toX: at + 1.5,
        y: count,
        tip: `batch ${at + 1}`,
      })),
    },
  ],
});

const moduleTable = ({ modules }: LiveReport): Block =>
  dataTable('Modules: the last seconds beside the plan', modules, [
    { title: 'module', cell: ({ name }) => name, align: 'left' },
    { title: 'rate', cell: ({ rateRps }) => `${significant(rateRps)}/s` },
    { title: 'planned', cell: ({ plannedRateRps }) => `${significant(plannedRateRps)}/s` },
    { title: 'mean batch', cell: ({ batchSize }) => (batchSize === null ? '–' : significant(batchSize)) },
    { title: 'planned', cell: ({ plannedBatchSize }) => significant(plannedBatchSize) },
    { title: 'duration', cell: ({ durationMs }) => (durationMs === null ? '–' : formatMs(durationMs)) },
    {
      title: 'planned',
      cell: ({ plannedDurationMs }) => (plannedDurationMs === null ? '–' : formatMs(plannedDurationMs)),
    },
    { title: 'busy', cell: ({ busy }) => ({ text: formatPercent(busy), bar: busy }) },
    { title: 'planned', cell: ({ plannedBusy }) => formatPercent(plannedBusy) },
  ]);

const MS_PER_NS = 1e-6;

export function statisticsSection({ model_stats: models }: ModelStatistics): Section {
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
            batchChart({
              name,
              batchSizes: Array.from(
                { length: Math.max(...sizes.map((each) => each.batch_size)) },
                (_, at) => sizes.find((each) => each.batch_size === at + 1)?.compute_infer.count ?? 0,
              ),
            }),
          ),
      },
    ],
  };
}
