/** The same simulated requests under several dispatch rules. */
import type { SimulationComparison, SimulationResult } from '../../../domain/simulation.ts';
import { formatMs, formatPercent, significant } from '../../format.ts';
import { meanBatch, meanBusy } from '../../machine-means.ts';
import { formatShare, formatTarget } from '../../outcome-share.ts';
import { msAxis, numberAxis } from '../chart/axes.ts';
import { type Chart, colourOf } from '../chart/chart.ts';
import { type Block, dataTable, type Section } from '../section.ts';
import { aboutAsked } from './simulation-section.ts';
import { groupIntervals, timeChart } from './timeline.ts';

export function rulesSection(comparison: SimulationComparison): Section {
  const { application, runs } = comparison;
  return {
    kind: 'dispatch rules',
    title: application,
    about: aboutAsked(comparison),
    blocks: [ruleTable(runs), { kind: 'charts', charts: ruleCharts(runs, comparison.sloMs) }],
  };
}

const ruleTable = (runs: readonly SimulationResult[]): Block =>
  dataTable('The same requests under each rule', runs, [
    { title: 'rule', cell: ({ rules }) => rules.dispatch, align: 'left' },
    {
      title: 'in time',
      cell: ({ served, requests, attainment }) => ({ text: formatShare(served, requests), bar: attainment }),
    },
    { title: 'goodput', cell: ({ goodputRps }) => `${significant(goodputRps)}/s` },
    { title: 'p50', cell: ({ latencyMs }) => (latencyMs ? formatMs(latencyMs.p50) : '–') },
    { title: 'p99', cell: ({ latencyMs }) => (latencyMs ? formatMs(latencyMs.p99) : '–') },
    { title: 'slowest', cell: ({ latencyMs }) => (latencyMs ? formatMs(latencyMs.max) : '–') },
    {
      title: 'busy',
      cell: ({ machines }) => ({ text: formatPercent(meanBusy(machines)), bar: meanBusy(machines) }),
    },
    { title: 'mean batch', cell: ({ modules }) => significant(meanBatch(modules)) },
    {
      title: 'carries',
      cell: ({ carried }) =>
        carried?.rateRps === undefined
          ? '–'
          : `${significant(carried.rateRps)}/s at ${formatTarget(carried.attainment)}`,
    },
  ]);

function ruleCharts(runs: readonly SimulationResult[], sloMs: number): Chart[] {
  const figures = [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
    ['max', 1],
  ] as const;
  const quantiles: Chart = {
    title: 'Latency by rule',
    x: {
      title: '',
      format: (at) => figures[at]![0],
      tick: (at) => figures[at]![0],
      ticks: [0, 1, 2, 3],
      from: -0.3,
      to: 3.3,
    },
    y: msAxis('latency'),
    series: runs.map(({ rules, latencyMs }, index) => ({
      name: rules.dispatch,
      colour: colourOf(index),
      look: 'joined',
      points: figures.map(([figure], x) => ({ x, y: latencyMs?.[figure] ?? null })),
    })),
    references: [{ axis: 'y', value: sloMs, name: 'SLO' }],
    names: 'ends',
  };
  const underWay: Chart[] = runs.map(({ rules, timeline, durationMs }, index) =>
    timeChart(`Under way: ${rules.dispatch}`, groupIntervals(timeline, durationMs), numberAxis('requests'), [
      {
        name: 'sent, not ended',
        colour: colourOf(index),
        look: 'area',
        of: ({ queue }) => queue,
        merge: 'max',
      },
      { name: 'missed', colour: 'red', look: 'line', of: ({ violations }) => violations, merge: 'sum' },
    ]),
  );
  return [quantiles, ...underWay];
}
