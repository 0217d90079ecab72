/** What a daemon told of itself: its last minutes beside its plan. */
import type { LiveReport } from '../../../domain/live-report.ts';
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import { formatShare } from '../../outcome-share.ts';
import { msAxis, numberAxis } from '../chart/axes.ts';
import { type Chart, colourOf } from '../chart/chart.ts';
import { type Block, dataTable, type Fact, type Section } from '../section.ts';
import { batchChart } from './batch-chart.ts';
import { latencyFacts } from './latency-facts.ts';
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
    ...latencyFacts(latencyMs, plan.sloMs, plan.worstCaseMs),
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
    ...modules
      .filter(({ batchSizes }) => batchSizes.some((count) => count > 0))
      .map(({ name, batchSizes }) => batchChart(name, batchSizes)),
  ];
}

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
