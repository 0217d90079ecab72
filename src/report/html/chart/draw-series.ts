/** Series as shapes. */
import { html, type Markup } from '../markup.ts';
import type { Colour, Point, Series } from './chart.ts';
import type { Layout } from './layout.ts';
import { stackOf } from './stack.ts';

type Spot = readonly [x: number, y: number];

/** Those that are stacked lie below the others. */
export function drawSeries(series: readonly Series[], layout: Layout): Markup[] {
  const stacked = stackOf(series).map(({ series: each, lower, upper }) => {
    const spot = (values: readonly number[]) =>
      each.points.map(({ x }, at) => placeOf(layout, x, values[at]!));
    return html`<path class="fill ${each.colour}" d="${outline([...spot(upper), ...spot(lower).reverse()])}Z"/>`;
  });
  const others = series.filter(({ look }) => look !== 'stacked').map((each) => shapeOf(each, layout));
  return [...stacked, ...others];
}

const placeOf = ({ x, y }: Layout, valueX: number, valueY: number): Spot => [x.at(valueX), y.at(valueY)];

function shapeOf({ look, colour, points }: Series, layout: Layout): Markup {
  const marks = (): Markup[] => points.map((point) => markerOf(point, colour, layout, look === 'rings'));
  switch (look) {
    case 'bars':
      return html`<g class="${colour}">${points.map((point) => barOf(point, layout))}</g>`;
    case 'dots':
    case 'rings':
      return html`<g class="${colour}">${marks()}</g>`;
    case 'joined':
      return html`<g class="${colour}"><path class="line" d="${path(points, layout)}"/>${marks()}</g>`;
    case 'area':
      return html`<g class="${colour}"><path class="shade" d="${shade(points, layout)}"/><path class="line" d="${path(points, layout)}"/></g>`;
    case 'step':
      return html`<path class="line ${colour}" d="${steps(points, layout)}"/>`;
    default:
      return html`<path class="line ${look} ${colour}" d="${path(points, layout)}"/>`;
  }
}

const known = (points: readonly Point[]): (Point & { y: number })[] =>
  points.filter((point): point is Point & { y: number } => point.y !== null);

/** Runs of points without a gap. */
function runs(points: readonly Point[]): (Point & { y: number })[][] {
  const all: (Point & { y: number })[][] = [[]];
  for (const point of points) {
    if (point.y === null) all.push([]);
    else all.at(-1)!.push({ ...point, y: point.y });
  }
  return all.filter((run) => run.length > 0);
}

const outline = (spots: readonly Spot[]): string =>
  `M${spots.map(([x, y]) => `${round(x)} ${round(y)}`).join('L')}${spots.length === 1 ? 'h1' : ''}`;

const round = (value: number): number => Math.round(value * 10) / 10;

const path = (points: readonly Point[], layout: Layout): string =>
  runs(points)
    .map((run) => outline(run.map(({ x, y }) => placeOf(layout, x, y))))
    .join('');

const shade = (points: readonly Point[], layout: Layout): string =>
  runs(points)
    .map((run) => {
      const spots = run.map(({ x, y }) => placeOf(layout, x, y));
      return `${outline([[spots[0]![0], layout.bottom], ...spots, [spots.at(-1)![0], layout.bottom]])}Z`;
    })
    .join('');

/** Each value holds until the next. */
const steps = (points: readonly Point[], layout: Layout): string =>
  runs(points)
    .map((run) =>
      outline(
        run.flatMap(({ x, y }, at): Spot[] => {
          const next = run[at + 1];
          const here = placeOf(layout, x, y);
          return next === undefined ? [here] : [here, [layout.x.at(next.x), here[1]]];
        }),
      ),
    )
    .join('');

function barOf({ x, toX = x, y }: Point, layout: Layout): Markup {
  if (y === null || y === 0) return html``;
  const [left, top] = placeOf(layout, x, y);
  const width = Math.max(0.8, layout.x.at(toX) - left - 1);
  return html`<rect class="bar" x="${left + 0.5}" y="${top}" width="${width}" height="${Math.max(0.6, layout.bottom - top)}"/>`;
}

/** Drawn around 0 0; each colour has its own, for who cannot tell colours apart. */
const MARKERS: Readonly<Record<Colour, string>> = {
  blue: 'M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0Z',
  orange: 'M-3-3H3V3H-3Z',
  purple: 'M0-4L3.8 2.8H-3.8Z',
  teal: 'M0-4.2L4.2 0L0 4.2L-4.2 0Z',
  red: 'M0 4L3.8-2.8H-3.8Z',
  green: 'M-1.3-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4V-1.3H-1.3Z',
  pink: 'M-4 0A4 4 0 0 1 4 0Z',
  olive: 'M-4-1.4H4V1.4H-4Z',
  grey: 'M-3.4 0a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0-6.8 0Z',
};

function markerOf(point: Point, colour: Colour, layout: Layout, hollow: boolean): Markup {
  if (point.y === null) return html``;
  const [x, y] = placeOf(layout, point.x, point.y);
  const { lowY, highY } = point;
  const spread =
    lowY === undefined || highY === undefined
      ? html``
      : html`<line class="spread" x1="${x}" x2="${x}" y1="${layout.y.at(lowY)}" y2="${layout.y.at(highY)}"/>`;
  return html`${spread}<path class="${hollow ? 'ring' : 'mark'}" transform="translate(${x} ${y})" d="${MARKERS[colour]}"/>`;
}

/** The last value of a line, where its name stands. */
export const lastKnown = ({ points }: Series): (Point & { y: number }) | undefined => known(points).at(-1);

/** As it is drawn in the chart. */
export function swatchOf({ look, colour }: Series): Markup {
  const shape =
    look === 'stacked' || look === 'bars'
      ? html`<rect class="fill ${colour}" width="16" height="8"/>`
      : look === 'dots' || look === 'rings' || look === 'joined'
        ? html`<path class="${look === 'rings' ? 'ring' : 'mark'} ${colour}" transform="translate(8 4)" d="${MARKERS[colour]}"/>`
        : html`<line class="line ${look} ${colour}" x1="0" x2="16" y1="4" y2="4"/>`;
  return html`<svg class="swatch" viewBox="0 0 16 8" aria-hidden="true">${shape}</svg>`;
}
