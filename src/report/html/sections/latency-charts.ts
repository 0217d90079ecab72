/** How long batches take: over their size, over cores, and how far the fit is from what was measured. */
import type { LatencyFit, Profile, ProfilePoint } from '../../../domain/profile.ts';
import { isMisfit, predictMs } from '../../../latency/fit-latency.ts';
import { fitQuality } from '../../profile-table.ts';
import { countAxis, msAxis, numberAxis } from '../chart/axes.ts';
import { type Axis, type Chart, colourOf, type Point, type Series } from '../chart/chart.ts';
import { roundUp } from '../chart/scale.ts';
import { type Curve, curvesByBatch, curvesByCores } from './curves.ts';

const valuesOf = (points: readonly ProfilePoint[], of: (point: ProfilePoint) => number): number[] =>
  [...new Set(points.map(of))].sort((a, b) => a - b);

export function latencyCharts({ points, fit }: Profile): Chart[] {
  const curves = curvesByCores(points);
  const charts = [overBatch(curves, points, fit)];
  if (valuesOf(points, ({ cores }) => cores).length > 1) charts.push(overCores(points, fit));
  if (fit) charts.push(residuals(curves, points, fit));
  return charts;
}

const says = (fit: LatencyFit | undefined): string =>
  fit
    ? `Lines are the fit${isMisfit(fit) ? ', which does not describe this model' : ''}: ${fitQuality(fit)}.`
    : 'No fit: lines join what was measured.';

function overBatch(
  curves: readonly Curve<ProfilePoint>[],
  points: readonly ProfilePoint[],
  fit: LatencyFit | undefined,
): Chart {
  const sizes = valuesOf(points, ({ batchSize }) => batchSize);
  return {
    title: 'Latency over the batch size',
    says: says(fit),
    x: batchAxis(sizes),
    y: msAxis('duration of a batch'),
    series: curves.flatMap((curve, index) =>
      measuredAndFitted(
        curve,
        index,
        fit,
        (point) => point.batchSize,
        (b, { cores }) => [b, cores],
      ),
    ),
    names: 'ends',
    tips: 'columns',
  };
}

function overCores(points: readonly ProfilePoint[], fit: LatencyFit | undefined): Chart {
  return {
    title: 'Latency over cores',
    says: says(fit),
    x: {
      ...countAxis('cores', tickable(valuesOf(points, ({ cores }) => cores))),
      format: (c) => `${c} ${c === 1 ? 'core' : 'cores'}`,
      from: 0,
    },
    y: msAxis('duration of a batch'),
    series: curvesByBatch(points).flatMap((curve, index) =>
      measuredAndFitted(
        curve,
        index,
        fit,
        (point) => point.cores,
        (c, { batchSize }) => [batchSize, c],
      ),
    ),
    names: 'ends',
    tips: 'columns',
  };
}

const batchAxis = (sizes: readonly number[]): Axis => ({
  ...countAxis('batch size', tickable(sizes)),
  format: (b) => `batch ${b}`,
  from: 0,
});

/** Ticks that stand close to each other would cover each other. */
const tickable = (values: readonly number[]): number[] => {
  const most = values.at(-1)!;
  const kept: number[] = [];
  for (const value of values.toReversed()) {
    if (kept.length === 0 || kept.at(-1)! - value >= most / 16) kept.push(value);
  }
  return kept.reverse();
};

const FITTED_STEPS = 40;

function measuredAndFitted(
  { name, points }: Curve<ProfilePoint>,
  index: number,
  fit: LatencyFit | undefined,
  along: (point: ProfilePoint) => number,
  at: (value: number, point: ProfilePoint) => [b: number, c: number],
): Series[] {
  const colour = colourOf(index);
  const measured: Series = {
    name,
    colour,
    look: fit ? 'dots' : 'joined',
    points: points.map((point) => ({ x: along(point), y: point.durationMs, ...spreadOf(point) })),
  };
  const [first, last] = [along(points[0]!), along(points.at(-1)!)];
  if (!fit || first === last) return [measured];
  const fitted = Array.from({ length: FITTED_STEPS + 1 }, (_, step): Point => {
    const x = first + ((last - first) * step) / FITTED_STEPS;
    const [b, c] = at(x, points[0]!);
    return { x, y: predictMs(fit, b, c) };
  });
  return [measured, { name: `${name}, fitted`, colour, look: 'line', points: fitted, isAid: true }];
}

/** Where half and nearly all of the runs were, around the chosen statistic. */
const spreadOf = ({ latencyMs }: ProfilePoint): Omit<Point, 'x' | 'y'> =>
  latencyMs ? { lowY: latencyMs.p50, highY: latencyMs.p99 } : {};

function residuals(
  curves: readonly Curve<ProfilePoint>[],
  points: readonly ProfilePoint[],
  fit: LatencyFit,
): Chart {
  const off = ({ batchSize, cores, durationMs }: ProfilePoint): number =>
    100 * (durationMs / predictMs(fit, batchSize, cores) - 1);
  const furthest = Math.max(...points.map((point) => Math.abs(off(point))));
  const end = roundUp(Math.max(1, furthest), 2);
  return {
    title: 'Residuals of the fit',
    says: `Above the line the fit promises too much. Furthest: ${furthest.toFixed(1)} %.`,
    x: batchAxis(valuesOf(points, ({ batchSize }) => batchSize)),
    y: numberAxis('measured over fitted', {
      format: (value) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(1)} %`,
      tick: (value) => `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value)} %`,
      from: -end,
      to: end,
    }),
    series: curves.map(({ name, points: of }, index) => ({
      name,
      colour: colourOf(index),
      look: 'dots',
      points: of.map((point) => ({ x: point.batchSize, y: off(point) })),
    })),
    references: [{ axis: 'y', value: 0, name: '' }],
    names: 'above',
    tips: 'columns',
  };
}
