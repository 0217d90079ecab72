/** A chart of the last minutes by second: curves, areas or stacked areas over one axis, with dashed lines for what was planned. */
import { element, shape, show } from './build.js';

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {string} colour
 * @property {readonly (number | null)[]} values by second, oldest first; null is a gap
 * @property {'curve' | 'curve dashed' | 'curve dotted' | 'area' | 'stacked'} look
 *
 * @typedef {{ readonly name: string, readonly value: number }} Reference what was planned
 *
 * @typedef {object} Drawing
 * @property {readonly Series[]} series
 * @property {readonly Reference[]} references
 * @property {number} [top] where the axis ends; at the largest value without
 *
 * @typedef {object} Chart
 * @property {HTMLElement} figure
 * @property {(drawing: Drawing, pointed: number) => void} draw
 *   `pointed`: the second whose values the legend tells, 0 the last and -1 the one before
 */

const SECONDS = 299;
const HEIGHT = 132;
const MARGIN = { left: 40, right: 4, top: 8, bottom: 18 };

/**
 * @param {string} title
 * @param {(value: number | null | undefined) => string} format
 * @param {(second: number | null) => void} onPoint told which second is pointed at, null for none
 * @returns {Chart}
 */
export function createChart(title, format, onPoint) {
  const svg = /** @type {SVGSVGElement} */ (shape('svg', { role: 'img' }));
  const caption = element('figcaption');
  const figure = element('figure', {}, caption, svg);
  svg.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = svg.getBoundingClientRect();
    const share = (clientX - left - MARGIN.left) / (width - MARGIN.left - MARGIN.right);
    onPoint(Math.max(1 - SECONDS, Math.min(0, Math.round((share - 1) * (SECONDS - 1)))));
  });
  svg.addEventListener('pointerleave', () => onPoint(null));
  return {
    figure,
    draw: (drawing, pointed) => {
      const width = Math.max(240, svg.clientWidth);
      const plot = { right: width - MARGIN.right, bottom: HEIGHT - MARGIN.bottom, top: axisEnd(drawing) };
      svg.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
      svg.setAttribute('height', String(HEIGHT));
      svg.setAttribute('aria-label', describe(title, drawing, format));
      const pointer =
        pointed < 0 ? [line('pointer', xOf(pointed, plot), xOf(pointed, plot), MARGIN.top, plot.bottom)] : [];
      svg.replaceChildren(...axes(plot, format), ...shapesOf(drawing, plot), ...pointer);
      show(caption, element('b', {}, title), ...legend(drawing, format, pointed));
    },
  };
}

/** @typedef {{ readonly right: number, readonly bottom: number, readonly top: number }} Plot where it ends; `top` is a value */

/**
 * @param {number} second
 * @param {Plot} plot
 */
const xOf = (second, { right }) => MARGIN.left + (right - MARGIN.left) * (1 + second / (SECONDS - 1));

/**
 * @param {number} value
 * @param {Plot} plot
 */
const yOf = (value, { bottom, top }) => bottom - ((bottom - MARGIN.top) * Math.min(value, top)) / top;

/** @param {Drawing} drawing */
function axisEnd({ series, references, top }) {
  if (top !== undefined) return top;
  const sums = (series[0]?.values ?? []).map((_, at) =>
    series.reduce((sum, { look, values }) => (look === 'stacked' ? sum + (values[at] ?? 0) : sum), 0),
  );
  const largest = Math.max(
    1e-3,
    ...sums,
    ...series.flatMap(({ values }) => values.map((value) => value ?? 0)),
    ...references.map(({ value }) => value),
  );
  const step = 10 ** Math.floor(Math.log10(largest));
  return (
    [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map((times) => times * step).find((end) => end >= largest) ??
    largest
  );
}

/**
 * @param {Plot} plot
 * @param {(value: number) => string} format
 */
function axes(plot, format) {
  const levels = [0, plot.top / 2, plot.top].flatMap((value) => [
    line('grid', MARGIN.left, plot.right, yOf(value, plot), yOf(value, plot)),
    shape(
      'text',
      { x: MARGIN.left - 5, y: yOf(value, plot) + 4, 'text-anchor': 'end' },
      format(value).replace(/ (ms|%)$/, ''),
    ),
  ]);
  const minutes = [-4, -3, -2, -1].flatMap((minute) => [
    line('grid', xOf(minute * 60, plot), xOf(minute * 60, plot), MARGIN.top, plot.bottom),
    shape(
      'text',
      { x: xOf(minute * 60, plot), y: HEIGHT - 4, 'text-anchor': 'middle' },
      `${minute} min`.replace('-', '−'),
    ),
  ]);
  return [
    ...minutes,
    ...levels,
    shape('text', { x: plot.right, y: HEIGHT - 4, 'text-anchor': 'end' }, 'now'),
  ];
}

/**
 * @param {string} look
 * @param {number} x1
 * @param {number} x2
 * @param {number} y1
 * @param {number} y2
 */
const line = (look, x1, x2, y1, y2) => shape('line', { class: look, x1, x2, y1, y2 });

/**
 * @param {Drawing} drawing
 * @param {Plot} plot
 */
function shapesOf({ series, references }, plot) {
  /** What lies below the next stacked area, by second. @type {number[]} */
  let below = [];
  const drawn = series.flatMap(({ values, look, colour }) => {
    if (look.startsWith('curve'))
      return [shape('path', { class: `${look} ${colour}`, d: outline(values, plot) })];
    const floor = look === 'stacked' ? below : [];
    const upper = values.map((value, at) => (value ?? 0) + (floor[at] ?? 0));
    if (look === 'stacked') below = upper;
    const area = shape('path', { class: `${look} ${colour}`, d: enclose(upper, floor, plot) });
    return look === 'area'
      ? [area, shape('path', { class: `curve ${colour}`, d: outline(values, plot) })]
      : [area];
  });
  return [
    ...drawn,
    ...references.map(({ value }) =>
      line('reference', MARGIN.left, plot.right, yOf(value, plot), yOf(value, plot)),
    ),
  ];
}

/**
 * A path through the values, the last of them at the right; what stands alone between gaps becomes a dot.
 * @param {readonly (number | null)[]} values
 * @param {Plot} plot
 */
function outline(values, plot) {
  let path = '';
  values.forEach((value, at) => {
    if (value === null) return;
    const x = xOf(at - values.length + 1, plot).toFixed(1);
    const begins = (values[at - 1] ?? null) === null;
    path += `${begins ? 'M' : 'L'}${x} ${yOf(value, plot).toFixed(1)}`;
    if (begins && (values[at + 1] ?? null) === null) path += 'h1';
  });
  return path;
}

/**
 * The area between two curves; the lower one is 0 where it is missing.
 * @param {readonly number[]} upper
 * @param {readonly number[]} lower
 * @param {Plot} plot
 */
function enclose(upper, lower, plot) {
  const points = [
    ...upper.map((value, at) => ({ at, value })),
    ...upper.map((_, at) => ({ at, value: lower[at] ?? 0 })).reverse(),
  ];
  const corners = points.map(
    ({ at, value }) => `${xOf(at - upper.length + 1, plot).toFixed(1)} ${yOf(value, plot).toFixed(1)}`,
  );
  return corners.length > 0 ? `M${corners.join('L')}Z` : '';
}

/**
 * @param {Drawing} drawing
 * @param {(value: number | null | undefined) => string} format
 * @param {number} pointed
 */
function legend({ series, references }, format, pointed) {
  const entry = (/** @type {string} */ name, /** @type {string} */ value, /** @type {Element} */ swatch) =>
    element(
      'span',
      { class: 'legend' },
      shape('svg', { viewBox: '0 0 16 8', 'aria-hidden': 'true' }, swatch),
      ` ${name} `,
      element('b', {}, value),
    );
  return [
    ...series.map(({ name, values, look, colour }) => {
      const swatch = look.startsWith('curve')
        ? line(`${look} ${colour}`, 0, 16, 4, 4)
        : shape('rect', { class: `stacked ${colour}`, width: 16, height: 8 });
      return entry(name, format(values.at(pointed - 1)), swatch);
    }),
    ...references.map(({ name, value }) => entry(name, format(value), line('reference', 0, 16, 4, 4))),
  ];
}

/**
 * The chart in words.
 * @param {string} title
 * @param {Drawing} drawing
 * @param {(value: number | null | undefined) => string} format
 */
function describe(title, { series, references }, format) {
  const curves = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${name}: nothing yet`;
    return `${name}: ${format(values.at(-1))} now, between ${format(Math.min(...known))} and ${format(Math.max(...known))}`;
  });
  return `${title} in the last five minutes. ${[...curves, ...references.map(({ name, value }) => `${name}: ${format(value)}`)].join('; ')}.`;
}
