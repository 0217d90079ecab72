/** Policies that change cores while they serve: what each misses and holds, and what each did over time. */
import type {
  ScalingCondition,
  ScalingExperiment,
  ScalingInterval,
  ScalingOutcome,
} from '../../../domain/scaling-experiment.ts';
import { formatFinePercent, formatMs, significant } from '../../format.ts';
import { shorten } from '../../shorten.ts';
import { msAxis, numberAxis, shareAxis } from '../chart/axes.ts';
import { type Chart, colourOf, type Series } from '../chart/chart.ts';
import { type Block, dataTable, type Section } from '../section.ts';
import { groupIntervals, timeChart } from './timeline.ts';

export function scalingSection(experiment: ScalingExperiment): Section {
  const { model, rateRps, sloMs, durationS, requestBytes, networkTrace, mostCores, runs, seed, conditions } =
    experiment;
  return {
    kind: 'scaling experiment',
    title: model,
    about: [
      `${significant(rateRps)} requests/s of ${requestBytes.toLocaleString('en-US')} bytes for ${durationS} s, each within ${formatMs(sloMs)} of its sending`,
      `network ${shorten(networkTrace, 40)}`,
      `up to ${mostCores} cores`,
      `${runs} runs from seed ${seed}`,
    ].join(' · '),
    blocks: [
      { kind: 'charts', title: 'Cores held and deadlines missed', charts: conditions.map(tradeChart) },
      ...conditions.map(conditionTable),
      ...overTime(experiment),
    ],
  };
}

/** Shares below this stand on the axis: it has no 0. */
const LEAST_SHARE = 1e-5;

function tradeChart({ arrivals, serviceTimes, outcomes, best }: ScalingCondition): Chart {
  const place = ({ violationShare, meanCores }: Pick<ScalingOutcome, 'violationShare' | 'meanCores'>) => ({
    x: meanCores,
    y: Math.max(LEAST_SHARE, violationShare),
  });
  return {
    title: `${arrivals} arrivals, durations ${serviceTimes}`,
    says: 'Lower left is better.',
    x: numberAxis('mean cores held'),
    y: shareAxis('deadlines missed', {
      log: true,
      from: LEAST_SHARE,
      to: 1,
      ticks: [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1],
      format: (share) =>
        share <= LEAST_SHARE ? 'none, or hardly any' : `${Number((share * 100).toPrecision(3))} %`,
      tick: (share) => (share <= LEAST_SHARE ? 'none' : `${Number((share * 100).toPrecision(1))} %`),
    }),
    series: [
      ...outcomes.map(
        (outcome, index): Series => ({
          name: outcome.policy,
          colour: colourOf(index),
          look: 'dots',
          points: [{ ...place(outcome), label: outcome.policy }],
        }),
      ),
      ...(best
        ? [
            {
              name: 'one worker, future known',
              colour: 'grey',
              look: 'rings',
              points: [{ ...place(best), label: 'one worker, future known' }],
            } as const,
          ]
        : []),
    ],
  };
}

interface Row {
  readonly policy: string;
  readonly violationShare: number;
  readonly meanCores: number;
  readonly outcome?: ScalingOutcome;
}

function conditionTable({ arrivals, serviceTimes, outcomes, best }: ScalingCondition): Block {
  const rows: Row[] = outcomes.map((outcome) => ({ ...outcome, outcome }));
  if (best) rows.push({ ...best, policy: 'one worker, future known' });
  const most = Math.max(...rows.map(({ meanCores }) => meanCores));
  return dataTable(`${arrivals} arrivals, durations ${serviceTimes}`, rows, [
    { title: 'policy', cell: ({ policy }) => policy, align: 'left' },
    { title: 'missed', cell: ({ violationShare }) => formatFinePercent(violationShare) },
    { title: 'mean cores', cell: ({ meanCores }) => ({ text: meanCores.toFixed(2), bar: meanCores / most }) },
    { title: 'core-seconds', cell: ({ outcome }) => outcome?.coreSeconds.toFixed(0) ?? '–' },
    { title: 'resizes', cell: ({ outcome }) => outcome?.resizes.toFixed(0) ?? '–' },
    { title: 'late', cell: ({ outcome }) => String(outcome?.late ?? '–') },
    { title: 'expired', cell: ({ outcome }) => String(outcome?.expired ?? '–') },
    { title: 'shed', cell: ({ outcome }) => String(outcome?.shed ?? '–') },
    ...(best
      ? [
          {
            title: 'cores over best',
            cell: ({ meanCores }: Row) => `${(meanCores / best.meanCores).toFixed(2)}×`,
          },
        ]
      : []),
  ]);
}

/** Of the first condition, which alone has timelines. */
function overTime({ conditions, mostCores }: ScalingExperiment): Block[] {
  const { arrivals, serviceTimes, outcomes } = conditions[0]!;
  const timed = outcomes.flatMap(({ policy, timeline }) =>
    timeline && timeline.length > 1 ? [{ policy, timeline }] : [],
  );
  if (timed.length === 0) return [];
  const network = timeChart(
    'What the network takes',
    groupIntervals(timed[0]!.timeline),
    msAxis('of a request sent then'),
    [{ name: 'network', colour: 'purple', look: 'area', of: ({ networkMs }) => networkMs, merge: 'max' }],
  );
  const top = timed
    .flatMap(({ timeline }) => timeline)
    .reduce((most, { cores }) => Math.max(most, cores), mostCores);
  const charts = timed.flatMap(({ policy, timeline }) => policyCharts(policy, timeline, top));
  return [
    {
      kind: 'charts',
      title: `Over time: ${arrivals} arrivals, durations ${serviceTimes}, the first run`,
      charts: [network, ...charts],
    },
  ];
}

function policyCharts(policy: string, timeline: readonly ScalingInterval[], mostCores: number): Chart[] {
  const groups = groupIntervals(timeline);
  return [
    timeChart(`${policy}: cores`, groups, numberAxis('cores', { to: mostCores }), [
      { name: 'cores', colour: 'blue', look: 'step', of: ({ cores }) => cores, merge: 'mean' },
    ]),
    timeChart(`${policy}: batch, queue, misses`, groups, numberAxis('requests'), [
      { name: 'batch', colour: 'teal', look: 'step', of: ({ batchSize }) => batchSize, merge: 'mean' },
      { name: 'queue', colour: 'orange', look: 'line', of: ({ queue }) => queue, merge: 'max' },
      { name: 'missed', colour: 'red', look: 'area', of: ({ violations }) => violations, merge: 'sum' },
    ]),
  ];
}
