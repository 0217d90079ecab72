/** What the load generator saw, beside what a plan promised. */
import type { LoadInterval, LoadModule, LoadResult } from '../../../domain/load.ts';
import { formatMs, significant } from '../../format.ts';
import { formatShare } from '../../outcome-share.ts';
import { msAxis, numberAxis } from '../chart/axes.ts';
import type { Chart } from '../chart/chart.ts';
import { type Block, dataTable, type Fact, type Section } from '../section.ts';
import { carriedRate } from './carried-rate.ts';
import { latencyFacts } from './latency-facts.ts';
import {
  attainmentOverTime,
  binsUpTo,
  type Ended,
  latencyHistogram,
  latencyLimits,
  outcomesOverTime,
} from './outcome-charts.ts';
import { groupIntervals, timeChart } from './timeline.ts';

export function loadSection(load: LoadResult): Section {
  const { model, url, protocol, rateRps, sloMs, arrivals, durationS, rows, seed, network, warnings } = load;
  return {
    kind: 'load',
    title: model,
    about: [
      `${significant(rateRps)} requests/s within ${formatMs(sloMs)}`,
      `${arrivals} arrivals for ${significant(durationS)} s`,
      ...(rows > 1 ? [`${rows} rows each`] : []),
      ...(network ? [`behind the network of ${network.trace}`] : []),
      `seed ${seed}`,
      `${url}, ${protocol}`,
    ].join(' · '),
    blocks: [
      { kind: 'facts', facts: factsOf(load) },
      ...gateNote(load),
      ...warnings.map((text): Block => ({ kind: 'note', text, tone: 'bad' })),
      { kind: 'charts', charts: chartsOf(load) },
      ...carriedRate(load),
      outcomeTable(load),
      ...moduleTable(load),
    ],
  };
}

function factsOf(load: LoadResult): Fact[] {
  const {
    sent,
    served,
    goodputRps,
    rateRps,
    latencyMs,
    sloMs,
    planned,
    meanBatch,
    meanQueueMs,
    meanComputeMs,
    meanNetworkMs,
    clientLagMs,
  } = load;
  return [
    {
      name: 'in time',
      value: formatShare(served, sent),
      beside: `of ${sent.toLocaleString('en-US')} requests`,
    },
    { name: 'goodput', value: `${significant(goodputRps)}/s`, beside: `asked ${significant(rateRps)}/s` },
    ...latencyFacts(latencyMs, sloMs, planned?.worstCaseMs),
    ...(meanBatch === undefined
      ? []
      : [{ name: 'mean batch', value: significant(meanBatch), beside: 'as the server told' }]),
    ...(meanQueueMs === undefined
      ? []
      : [{ name: 'queueing', value: formatMs(meanQueueMs), beside: 'on average' }]),
    ...(meanComputeMs === undefined
      ? []
      : [{ name: 'computing', value: formatMs(meanComputeMs), beside: 'on average' }]),
    ...(meanNetworkMs === undefined
      ? []
      : [{ name: 'network', value: formatMs(meanNetworkMs), beside: 'on average' }]),
    { name: 'client late', value: formatMs(clientLagMs.p99), beside: 'p99 of sending' },
  ];
}

function gateNote({ gate }: LoadResult): Block[] {
  if (gate === undefined) return [];
  const told = `${gate.violations} not answered in time, at most ${gate.maxViolations} allowed`;
  const { passed } = gate;
  return [{ kind: 'note', text: `${passed ? 'Passed' : 'Failed'}: ${told}.`, tone: passed ? 'good' : 'bad' }];
}

const endedOf = ({ served, late, expired, shed, failed }: LoadInterval): Ended => ({
  inTime: served,
  late,
  expired,
  shed,
  failed,
});

function chartsOf(load: LoadResult): Chart[] {
  const { timeline, histogram, rateRps, sloMs, durationS } = load;
  const histograms =
    histogram.length > 0 ? [latencyHistogram(binsUpTo(histogram), 'widening', latencyLimits(load))] : [];
  if (timeline.length < 2) return histograms;
  const groups = groupIntervals(timeline, durationS * 1000);
  return [
    ...histograms,
    outcomesOverTime(groups, endedOf, [{ axis: 'y', value: rateRps, name: '' }]),
    attainmentOverTime(groups, endedOf),
    timeChart(
      'Latency over time',
      groups,
      msAxis('latency'),
      [
        { name: 'median', colour: 'blue', look: 'line', of: ({ p50Ms }) => p50Ms, merge: 'mean' },
        { name: 'slowest', colour: 'orange', look: 'dashed', of: ({ maxMs }) => maxMs, merge: 'max' },
      ],
      { references: [{ axis: 'y', value: sloMs, name: 'SLO' }] },
    ),
    timeChart('Unanswered', groups, numberAxis('requests'), [
      {
        name: 'sent, not answered',
        colour: 'blue',
        look: 'area',
        of: ({ unanswered }) => unanswered,
        merge: 'max',
      },
    ]),
    timeChart('Batches', groups, numberAxis('mean batch size'), [
      { name: 'batch', colour: 'blue', look: 'line', of: ({ meanBatch }) => meanBatch, merge: 'mean' },
    ]),
  ];
}

interface Row {
  readonly name: string;
  readonly count: number;
  /** To the first of them. */
  readonly said?: string | undefined;
}

function outcomeTable({ sent, served, late, shed, expired, failures, failureMessages }: LoadResult): Block {
  const rows: Row[] = [
    { name: 'in time', count: served },
    { name: 'late', count: late },
    { name: 'shed', count: shed },
    { name: 'expired', count: expired },
    ...Object.entries(failures).map(([name, count]) => ({
      name: `failed: ${name}`,
      count,
      said: failureMessages[name],
    })),
  ].filter(({ name, count }) => name === 'in time' || count > 0);
  return dataTable('Requests by outcome', rows, [
    { title: 'outcome', cell: ({ name }) => name, align: 'left' },
    { title: 'requests', cell: ({ count }) => count.toLocaleString('en-US') },
    {
      title: 'share',
      cell: ({ count }) => ({ text: formatShare(count, sent), bar: sent > 0 ? count / sent : 0 }),
    },
    ...(Object.keys(failureMessages).length > 0
      ? [{ title: 'what the server said', cell: (row: Row) => row.said ?? '', align: 'left' as const }]
      : []),
  ]);
}

function moduleTable({ modules }: LoadResult): Block[] {
  if (modules === undefined) return [];
  const columns = [
    { title: 'module', cell: ({ name }: LoadModule) => name, align: 'left' as const },
    { title: 'tasks', cell: ({ tasks }: LoadModule) => tasks.toLocaleString('en-US') },
    { title: 'mean batch', cell: ({ meanBatch }: LoadModule) => significant(meanBatch) },
    { title: 'mean compute', cell: ({ meanComputeMs }: LoadModule) => formatMs(meanComputeMs) },
  ];
  return [dataTable('Modules, as the server told', modules, columns)];
}
