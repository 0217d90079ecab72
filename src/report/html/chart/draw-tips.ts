/** What a chart tells where it is pointed at. Style sheets show and hide it: the page has no script. */
import { shorten } from '../../shorten.ts';
import { html, type Markup } from '../markup.ts';
import type { Chart, Series } from './chart.ts';
import { type Layout, textWidth, WIDTH } from './layout.ts';

const LINE = 14;
/** Characters of a line in a box. */
const LONGEST = 44;
const REACH = 9;

export const drawTips = (chart: Chart, layout: Layout): Markup =>
  html`<g class="tips" aria-hidden="true">${chart.tips === 'columns' ? columns(chart, layout) : points(chart, layout)}</g>`;

const told = ({ series }: Chart): readonly Series[] => series.filter(({ isAid }) => !isAid);

function points(chart: Chart, layout: Layout): Markup[] {
  return told(chart).flatMap(({ name, points: of }) =>
    of.flatMap(({ x, y, toX, tip }) => {
      if (y === null) return [];
      const [left, top] = [layout.x.at(x), layout.y.at(y)];
      const where = toX === undefined ? chart.x.format(x) : `${chart.x.format(x)} to ${chart.x.format(toX)}`;
      const lines = [
        name,
        ...(tip === undefined ? [] : tip.split('\n')),
        `${nameOf(chart.x.title)} ${where}`,
        `${nameOf(chart.y.title)} ${chart.y.format(y)}`,
      ];
      const reach =
        toX === undefined
          ? html`<circle class="catch" cx="${left}" cy="${top}" r="${REACH}"/>`
          : html`<rect class="catch" x="${left}" y="${layout.top}" width="${layout.x.at(toX) - left}" height="${layout.bottom - layout.top}"/>`;
      return [html`<g class="hit">${reach}<g class="tip">${box(lines, left, top)}</g></g>`];
    }),
  );
}

/** "latency, ms" → "latency": values are told with their units. */
const nameOf = (title: string): string => title.split(',')[0]!;

function columns(chart: Chart, layout: Layout): Markup[] {
  const series = told(chart);
  const xs = [...new Set(series.flatMap(({ points: of }) => of.map(({ x }) => x)))].sort((a, b) => a - b);
  const at = series.map(({ points: of }) => new Map(of.map(({ x, y }) => [x, y])));
  return xs.map((x, index) => {
    const here = layout.x.at(x);
    const from = index === 0 ? layout.left : (layout.x.at(xs[index - 1]!) + here) / 2;
    const to = index === xs.length - 1 ? layout.right : (here + layout.x.at(xs[index + 1]!)) / 2;
    const values = series.flatMap(({ name }, which) => {
      const y = at[which]!.get(x);
      return y === null || y === undefined ? [] : [`${name} ${chart.y.format(y)}`];
    });
    const lines = [chart.x.format(x), ...values];
    const readout =
      lines.length <= ONE_LINE
        ? html`<text x="${WIDTH}" y="${layout.top - 9}" text-anchor="end">${shorten(lines.join(' · '), WIDEST)}</text>`
        : box(lines, here, layout.top + 10);
    return html`<g class="hit"><path class="catch" d="M${from} ${layout.top}H${to}V${layout.bottom}H${from}"/><g class="tip"><path class="pointer" d="M${here} ${layout.top}V${layout.bottom}"/>${readout}</g></g>`;
  });
}

/** Characters that there is room for above a chart. */
const WIDEST = 68;

/** So many values stand above the chart, where they cover nothing. */
const ONE_LINE = 4;

/** Beside the place, on the side that has more room. */
function box(lines: readonly string[], x: number, y: number): Markup {
  const texts = lines.map((line) => shorten(line, LONGEST));
  const width = Math.max(...texts.map(textWidth)) + 12;
  const left = x > WIDTH / 2 ? Math.max(0, x - width - 8) : Math.min(WIDTH - width, x + 8);
  const height = lines.length * LINE + 6;
  const top = Math.max(0, y - height / 2);
  const spans = texts.map(
    (line, at) => html`<tspan x="${left + 6}" dy="${at === 0 ? 0 : LINE}">${line}</tspan>`,
  );
  return html`<rect class="box" x="${left}" y="${top}" width="${width}" height="${height}" rx="3"/><text x="${left + 6}" y="${top + 14}">${spans}</text>`;
}
