/** A chart as a figure: its name, what there is to see, axes, series, references, and its values as a table. */
import { shorten } from '../../shorten.ts';
import { EMPTY, html, type Markup } from '../markup.ts';
import { tickText } from './axes.ts';
import type { Chart, Reference, Series } from './chart.ts';
import { chartTable } from './chart-table.ts';
import { drawSeries, lastKnown, swatchOf } from './draw-series.ts';
import { drawTips } from './draw-tips.ts';
import { HEIGHT, type Layout, LONGEST_NAME, layOut, textWidth, WIDTH } from './layout.ts';
import { placeBeside, placeLabels } from './place-labels.ts';

/** Between labels one below the other, px. */
const LABEL_GAP = 12;

/** Characters of names above a chart and beside a point. */
const LONGEST_LEGEND = 36;
const LONGEST_LABEL = 28;

export function drawChart(chart: Chart): Markup {
  const layout = layOut(chart);
  const { title, says, series, names = 'none' } = chart;
  const shown =
    names === 'above'
      ? series.map(
          (each) =>
            html`<span class="legend">${swatchOf(each)} ${shorten(each.name, LONGEST_LEGEND)}</span> `,
        )
      : [];
  return html`<figure><figcaption><b>${title}</b>${says === undefined ? EMPTY : html`<small>${says}</small>`}${shown}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${inWords(chart)}">${axes(chart, layout)}${drawSeries(series, layout)}${drawReferences(chart.references ?? [], layout)}${pointLabels(series, layout)}${names === 'ends' ? endLabels(series, layout) : EMPTY}${drawTips(chart, layout)}</svg>
${chartTable(chart)}</figure>`;
}

function axes({ x, y }: Chart, layout: Layout): Markup {
  const { left, right, top, bottom } = layout;
  const levels = layout.y.ticks.map((tick) => {
    const at = layout.y.at(tick);
    return html`<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${left - 5}" y="${at + 4}" text-anchor="end">${tickText(y, tick)}</text>`;
  });
  const marks = layout.x.ticks.map((tick) => {
    const at = layout.x.at(tick);
    return html`<line class="grid" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text x="${at}" y="${bottom + 16}" text-anchor="middle">${tickText(x, tick)}</text>`;
  });
  return html`${levels}${marks}<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/><text class="unit" x="0" y="${top - 9}">${y.title}</text><text class="unit" x="${right}" y="${HEIGHT - 3}" text-anchor="end">${x.title}</text>`;
}

/** Names stand where they cover least: of upright ones at the top, one below the other; of level ones at the left. */
function drawReferences(
  references: readonly Reference[],
  { left, right, top, bottom, x, y }: Layout,
): Markup[] {
  const upright = references.filter(({ axis }) => axis === 'x');
  return references.map((each) => {
    const { axis, value, name, isLow } = each;
    if (axis === 'y') {
      const at = y.at(value);
      return html`<line class="reference" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="name" x="${left + 5}" y="${at - 4}">${name}</text>`;
    }
    const at = x.at(value);
    const down = upright.indexOf(each) * LABEL_GAP;
    const isRight = at + textWidth(name) + 6 > WIDTH;
    return html`<line class="reference" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/><text class="name" x="${isRight ? at - 4 : at + 4}" y="${isLow ? bottom - 6 - down : top + 9 + down}" text-anchor="${isRight ? 'end' : 'start'}">${name}</text>`;
  });
}

function endLabels(series: readonly Series[], { right, top, bottom, x, y }: Layout): Markup[] {
  const ends = series.flatMap((each) => {
    const last = lastKnown(each);
    return last === undefined || each.isAid ? [] : [{ ...each, x: x.at(last.x), y: y.at(last.y) }];
  });
  const placed = placeLabels(
    ends.map((end) => end.y),
    LABEL_GAP,
    top,
    bottom,
  );
  return ends.map((end, index) => {
    const at = placed[index]!;
    return html`<g class="${end.colour}"><path class="leader" d="M${end.x + 4} ${end.y}L${right + 4} ${at}"/><text class="name own" x="${right + 7}" y="${at + 4}">${shorten(end.name, LONGEST_NAME)}</text></g>`;
  });
}

/** Of points that have some: beside the point, as close as the other labels let it. */
function pointLabels(series: readonly Series[], { right, top, bottom, x, y }: Layout): Markup[] {
  const labelled = series.flatMap(({ points, colour }) =>
    points.flatMap((point) => {
      if (point.label === undefined || point.y === null) return [];
      const label = shorten(point.label, LONGEST_LABEL);
      return [{ label, colour, x: x.at(point.x), y: y.at(point.y), width: textWidth(label) }];
    }),
  );
  const boxes = placeBeside(labelled, { right: Math.max(right, WIDTH - 4), top, bottom });
  return labelled.map(({ label, colour }, index) => {
    const { left, y: middle } = boxes[index]!;
    return html`<text class="name own ${colour}" x="${left}" y="${middle + 4}">${label}</text>`;
  });
}

/** The chart for who hears it. */
function inWords({ title, says, y, series, references = [] }: Chart): string {
  const told = series
    .filter(({ isAid }) => !isAid)
    .map(({ name, points }) => {
      const values = points.flatMap((point) => (point.y === null ? [] : [point.y]));
      if (values.length === 0) return `${name}: nothing`;
      const [least, most] = [y.format(Math.min(...values)), y.format(Math.max(...values))];
      return least === most ? `${name}: ${least}` : `${name}: ${least} to ${most}`;
    });
  const lines = references.map(({ name }) => `line: ${name}`);
  return `${title}. ${says === undefined ? '' : `${says} `}${y.title}. ${[...told, ...lines].join('; ')}.`;
}
