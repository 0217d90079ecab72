/** A simulated run: what became of its requests, over time and by machine. */
import type { Interval, SimulationResult } from '../../../domain/simulation.ts';
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import { formatShare, formatTarget } from '../../outcome-share.ts';
import { numberAxis, shareAxis } from '../chart/axes.ts';
import { type Chart, colourOf } from '../chart/chart.ts';
import { type Block, dataTable, type Fact, type Section } from '../section.ts';
import { latencyFacts } from './latency-facts.ts';
import {
  attainmentOverTime,
  type Ended,
  latencyHistogram,
  latencyLimits,
  outcomesOverTime,
} from './outcome-charts.ts';
import { groupIntervals, timeChart } from './timeline.ts';

type Asked = Pick<
  SimulationResult,
  'rateRps' | 'sloMs' | 'arrivals' | 'serviceTimes' | 'seed' | 'networkDelay' | 'faults'
>;

/** What was asked for, in a line. */
export const aboutAsked = ({
  rateRps,
  sloMs,
  arrivals,
  serviceTimes,
  seed,
  networkDelay,
  faults,
}: Asked): string =>
  [
    `${significant(rateRps)} requests/s within ${formatMs(sloMs)}`,
    `${arrivals} arrivals`,
    `durations ${serviceTimes}`,
    networkDelay === undefined ? undefined : `network ${networkDelay} ms`,
    faults === undefined ? undefined : `faults ${faults.join(', ')}`,
    `seed ${seed}`,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

export function simulationSection(run: SimulationResult): Section {
  return {
    kind: 'simulation',
    title: run.application,
    about: aboutAsked(run),
    blocks: [
      { kind: 'facts', facts: factsOf(run) },
      { kind: 'charts', charts: chartsOf(run) },
      moduleTable(run),
      machineTable(run),
    ],
  };
}

const endedOf = ({ served, late, expired, shed, failed }: Interval): Ended => ({
  inTime: served,
  late,
  expired,
  shed,
  failed,
});

function factsOf({
  requests,
  served,
  attainment,
  gate,
  latencyMs,
  goodputRps,
  coreSeconds,
  sloMs,
  planned,
}: SimulationResult): Fact[] {
  return [
    {
      name: 'in time',
      value: formatShare(served, requests),
      beside: `of ${requests.toLocaleString('en-US')} requests`,
      ...(gate && {
        tone: gate.passed ? ('good' as const) : ('bad' as const),
        beside: `${formatTarget(gate.attainment)} asked for`,
      }),
    },
    {
      name: 'goodput',
      value: `${significant(goodputRps)}/s`,
      beside: `planned ${significant(planned.rateRps)}/s`,
    },
    ...latencyFacts(latencyMs, sloMs, planned.worstCaseMs),
    {
      name: 'missed',
      value: String(requests - served),
      beside: formatShare(requests - served, requests),
      ...(attainment < 1 && !gate && { tone: 'bad' as const }),
    },
    {
      name: 'core-seconds',
      value: significant(coreSeconds),
      beside: `${formatUsd(planned.costPerHour)} an hour`,
    },
  ];
}

function chartsOf(run: SimulationResult): Chart[] {
  const { timeline, durationMs, histogram, machines, rateRps } = run;
  const groups = groupIntervals(timeline, durationMs);
  const track = { colour: 'blue', look: 'line' } as const;
  const overTime =
    timeline.length < 2
      ? []
      : [
          outcomesOverTime(groups, endedOf, [{ axis: 'y', value: rateRps, name: '' }]),
          attainmentOverTime(groups, endedOf),
          timeChart('Under way', groups, numberAxis('requests'), [
            { ...track, name: 'sent, not ended', look: 'area', of: ({ queue }) => queue, merge: 'max' },
          ]),
          timeChart('Batches', groups, numberAxis('mean batch size'), [
            {
              ...track,
              name: 'batch',
              of: ({ batchSize }) => (batchSize > 0 ? batchSize : null),
              merge: 'mean',
            },
          ]),
          timeChart('Missed', groups, numberAxis('requests'), [
            { name: 'missed', colour: 'red', look: 'area', of: ({ violations }) => violations, merge: 'sum' },
          ]),
          timeChart('Cores', groups, numberAxis('cores held'), [
            { ...track, name: 'cores', look: 'step', of: ({ cores }) => cores, merge: 'mean' },
          ]),
        ];
  return [
    ...(histogram.length > 0 ? [latencyHistogram(histogram, 'even', latencyLimits(run))] : []),
    ...overTime,
    ...(machines.length > 1 ? [busyChart(run)] : []),
  ];
}

/** Every machine by how busy it was and how full its batches were. */
function busyChart({ machines }: SimulationResult): Chart {
  const names = [...new Set(machines.map(({ module }) => module))];
  return {
    title: 'Machines',
    says: 'Each by the share of the time it was busy, and how full its batches were.',
    x: shareAxis('busy', { from: 0, to: 1 }),
    y: shareAxis('mean batch over the planned', { from: 0 }),
    series: names.map((name, index) => ({
      name,
      colour: colourOf(index),
      look: 'dots',
      points: machines
        .filter(({ module }) => module === name)
        .map(({ worker, busyFraction, meanBatch: mean, batchSize, hardware }) => ({
          x: busyFraction,
          y: mean / batchSize,
          tip: `worker ${worker}, ${hardware}`,
        })),
    })),
    names: 'above',
  };
}

const moduleTable = ({ modules }: SimulationResult): Block =>
  dataTable('Modules', modules, [
    { title: 'module', cell: ({ name }) => name, align: 'left' },
    { title: 'batches', cell: ({ batches }) => batches.toLocaleString('en-US') },
    { title: 'mean batch', cell: (module) => significant(module.meanBatch) },
    { title: 'busy', cell: ({ busyFraction }) => ({ text: formatPercent(busyFraction), bar: busyFraction }) },
    {
      title: 'beyond its plan',
      cell: ({ maxBeyondPlanMs }) => (maxBeyondPlanMs === undefined ? '–' : formatMs(maxBeyondPlanMs)),
    },
    { title: 'expired here', cell: ({ expired }) => String(expired) },
  ]);

const machineTable = ({ machines }: SimulationResult): Block =>
  dataTable('Machines', machines, [
    { title: 'worker', cell: ({ module, worker }) => `${module} ${worker}`, align: 'left' },
    {
      title: 'hardware',
      cell: ({ hardware, cores }) => `${hardware}${cores === 1 ? '' : `, ${cores} cores`}`,
      align: 'left',
    },
    { title: 'batches', cell: ({ batches }) => batches.toLocaleString('en-US') },
    { title: 'mean batch', cell: (machine) => significant(machine.meanBatch) },
    { title: 'planned batch', cell: ({ batchSize }) => String(batchSize) },
    { title: 'busy', cell: ({ busyFraction }) => ({ text: formatPercent(busyFraction), bar: busyFraction }) },
  ]);
