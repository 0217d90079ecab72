/** What became of requests over time, and how their latencies are spread. */
import { countAxis, msAxis, numberAxis, shareAxis } from '../chart/axes.ts';
import type { Chart, Colour, Point, Reference } from '../chart/chart.ts';
import { type Groups, type Timed, timeChart } from './timeline.ts';

/** Requests by how they ended, under the words that reports use. */
export interface Ended {
  readonly inTime: number;
  readonly late: number;
  readonly expired: number;
  readonly shed: number;
  readonly failed: number;
}

const OUTCOMES: readonly { name: string; key: keyof Ended; colour: Colour }[] = [
  { name: 'in time', key: 'inTime', colour: 'blue' },
  { name: 'late', key: 'late', colour: 'orange' },
  { name: 'expired', key: 'expired', colour: 'purple' },
  { name: 'shed', key: 'shed', colour: 'teal' },
  { name: 'failed', key: 'failed', colour: 'red' },
];

/** Requests a second, stacked by outcome; those that never happened are left out. */
export function outcomesOverTime<Interval extends Timed>(
  groups: Groups<Interval>,
  endedOf: (interval: Interval) => Ended,
  references: readonly Reference[] = [],
): Chart {
  const perSecond = 1000 / groups.lengthMs;
  const happened = OUTCOMES.filter(
    ({ key }) =>
      key === 'inTime' || groups.groups.some((group) => group.some((each) => endedOf(each)[key] > 0)),
  );
  return timeChart(
    'Requests by outcome',
    groups,
    numberAxis('requests/s'),
    happened.map(({ name, key, colour }) => ({
      name,
      colour,
      look: 'stacked',
      of: (interval) => endedOf(interval)[key] * perSecond,
      merge: 'sum',
    })),
    { references },
  );
}

/** The share of the requests of each interval that was in time; the axis may begin above 0, and says so by its ticks. */
export function attainmentOverTime<Interval extends Timed>(
  groups: Groups<Interval>,
  endedOf: (interval: Interval) => Ended,
): Chart {
  const shares = groups.groups.map((group): Timed & { share: number | null } => {
    const sums = group.map(endedOf);
    const all = sums.reduce((sum, each) => sum + OUTCOMES.reduce((of, { key }) => of + each[key], 0), 0);
    const inTime = sums.reduce((sum, each) => sum + each.inTime, 0);
    return { timeMs: group[0]!.timeMs, share: all > 0 ? inTime / all : null };
  });
  const least = Math.min(1, ...shares.flatMap(({ share }) => share ?? []));
  return timeChart(
    'Answered in time',
    { ...groups, groups: shares.map((share) => [share]) },
    shareAxis('share of requests', { from: least >= 0.9 ? 0.9 : least >= 0.5 ? 0.5 : 0, to: 1 }),
    [{ name: 'in time', colour: 'blue', look: 'line', of: ({ share }) => share, merge: 'last' }],
  );
}

export interface LatencyBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/** How many answers took how long, on the axis that the bins were made for. */
export const latencyHistogram = (
  bins: readonly LatencyBin[],
  axis: 'even' | 'widening',
  references: readonly Reference[],
): Chart => ({
  title: 'Latencies',
  says: 'From sending to answer, of all that were answered.',
  x: msAxis('latency', axis === 'even' ? { from: 0 } : { log: true }),
  y: countAxis('answers'),
  series: [
    {
      name: 'answers',
      colour: 'blue',
      look: 'bars',
      points: bins.map(({ fromMs, toMs, count }): Point => ({ x: fromMs, toX: toMs, y: count })),
    },
  ],
  references,
  tips: 'points',
});

/** Bins of harp load say where they end and begin where the one before does; the first is as wide as they are at most. */
export const binsUpTo = (
  bins: readonly { readonly upToMs: number; readonly count: number }[],
): LatencyBin[] =>
  bins.map(({ upToMs, count }, at) => ({
    fromMs: bins[at - 1]?.upToMs ?? upToMs / 1.25,
    toMs: upToMs,
    count,
  }));

/** The SLO, and what was planned at worst where that is apart from it. */
export const latencyLimits = ({
  sloMs,
  planned,
}: {
  sloMs: number;
  planned?: { worstCaseMs: number } | undefined;
}): Reference[] => [
  { axis: 'x', value: sloMs, name: 'SLO' },
  ...(planned && planned.worstCaseMs < sloMs * 0.97
    ? [{ axis: 'x' as const, value: planned.worstCaseMs, name: 'planned at worst' }]
    : []),
];
