/** Where on the page a chart's values stand. */
import { shorten } from '../../shorten.ts';
import { tickText } from './axes.ts';
import type { Axis, Chart } from './chart.ts';
import { logTicks, roundTicks, roundUp, type Scale, scale } from './scale.ts';
import { stackOf } from './stack.ts';

export const WIDTH = 440;
export const HEIGHT = 236;
const TOP = 20;
const BOTTOM = HEIGHT - 34;
/** Of one character of a label, px. */
const CHARACTER = 6.2;
/** Of a name at the end of a line. */
export const LONGEST_NAME = 16;

export interface Layout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
}

export const textWidth = (text: string): number => [...text].length * CHARACTER;

export function layOut(chart: Chart): Layout {
  const xs = chart.series.flatMap(({ points }) =>
    points.flatMap(({ x, toX }) => (toX === undefined ? [x] : [x, toX])),
  );
  const yRange = rangeOf(chart.y, [...heights(chart), ...valuesOf(chart, 'y')]);
  const xRange = rangeOf(chart.x, [...xs, ...valuesOf(chart, 'x')]);
  const yTicks = chart.y.ticks ?? ticksOf(chart.y, yRange, 4);
  const left = 10 + Math.max(...yTicks.map((tick) => textWidth(tickText(chart.y, tick))));
  const names = chart.names === 'ends' ? chart.series.filter(({ isAid }) => !isAid) : [];
  const right = WIDTH - Math.max(12, ...names.map(({ name }) => textWidth(shorten(name, LONGEST_NAME)) + 14));
  return {
    left,
    right,
    top: TOP,
    bottom: BOTTOM,
    x: scale(xRange, [left, right], chart.x.log ?? false, chart.x.ticks ?? ticksOf(chart.x, xRange, 6)),
    y: scale(yRange, [BOTTOM, TOP], chart.y.log ?? false, yTicks),
  };
}

const valuesOf = ({ references = [] }: Chart, axis: 'x' | 'y'): number[] =>
  references.filter((each) => each.axis === axis).map(({ value }) => value);

/** Everything that reaches up. */
function heights({ series }: Chart): number[] {
  const tops = stackOf(series).flatMap(({ upper }) => upper);
  return series
    .filter(({ look }) => look !== 'stacked')
    .flatMap(({ points }) => points.flatMap(({ y, lowY, highY }) => [y, lowY, highY]))
    .concat(tops)
    .filter((value) => value !== null && value !== undefined);
}

const ticksOf = ({ log }: Axis, [from, to]: readonly [number, number], wanted: number): number[] =>
  log ? logTicks(from, to) : roundTicks(from, to, wanted);

/** Around the values: a linear axis begins at 0 and ends at a round number, or at the last value where it has ticks of its own. */
function rangeOf(axis: Axis, values: readonly number[]): [number, number] {
  const known = values.filter((value) => Number.isFinite(value) && (!axis.log || value > 0));
  const [least, most] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0, 1];
  if (axis.log) {
    const [from, to] = [axis.from ?? least / 1.15, axis.to ?? most * 1.15];
    return from > 0 && to > from ? [from, to] : [0.1, 10];
  }
  const from = axis.from ?? (least < 0 ? -roundUp(-least, 2) : 0);
  const to = axis.to ?? (axis.ticks ? most : roundUp(Math.max(most, 0), 4));
  return to > from ? [from, to] : [from, from + 1];
}
