/** The figures of now, and the charts of the last minutes. */
import { byId, element, say, show } from './build.js';
import { createChart } from './chart.js';
import { dollars, milliseconds, number, percent } from './format.js';

/**
 * @import { LiveReport } from '../src/domain/live-report.ts'
 * @import { Drawing } from './chart.js'
 */

/** Of page-base.css, in the order of modules; there may be more of them than colours. */
const COLOURS = ['blue', 'orange', 'purple', 'teal', 'red', 'green', 'pink', 'olive'];
const LOOKS = /** @type {const} */ (['curve', 'curve dashed', 'curve dotted']);

/** @param {LiveReport} report */
export function showFigures({ plan, recent, recentS, modules, workers, series }) {
  const { latencyMs } = recent;
  const busy = workers.reduce((sum, worker) => sum + worker.busy * worker.cores, 0);
  const waiting = modules.reduce((sum, { queued }) => sum + (queued.at(-1) ?? 0), 0);
  const up = workers.filter(({ state }) => state === 'up').length;
  const recently = (/** @type {readonly number[]} */ values) =>
    values.slice(-recentS).reduce((sum, value) => sum + value, 0);
  const dropped = recently(series.shed) + recently(series.expired) + recently(series.failed);
  show(
    byId('now'),
    tile('offered', number(recent.offeredRps), `requests/s of ${number(plan.rateRps)} planned`),
    tile('in time', percent(recent.attainment), `${number(recent.servedRps)} requests/s`),
    tile('dropped', number(dropped), 'shed, expired or failed', dropped > 0),
    tile('median', milliseconds(latencyMs?.p50), 'latency'),
    tile('p99', milliseconds(latencyMs?.p99), `of ${milliseconds(plan.sloMs)} allowed`),
    tile('slowest', milliseconds(latencyMs?.max), `${milliseconds(plan.worstCaseMs)} planned at worst`),
    tile('waiting', number(waiting), 'at most, in the last second'),
    tile('cores busy', number(busy), `of ${number(plan.cores)}`),
    tile('workers up', `${up}`, `of ${workers.length}`),
    tile('cost', dollars(plan.costPerHour), 'an hour'),
  );
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} beside
 * @param {boolean} isOff whether it should stand out
 */
const tile = (name, value, beside, isOff = false) =>
  element(
    'div',
    {},
    element('dt', {}, name),
    element('dd', {}, element('b', isOff ? { class: 'off' } : {}, value), element('small', {}, beside)),
  );

/**
 * What each chart draws of a report.
 * @type {readonly { title: string, format: typeof number, drawing: (report: LiveReport) => Drawing }[]}
 */
const CHARTS = [
  {
    title: 'Requests a second',
    format: number,
    drawing: ({ series, plan }) => ({
      series: [
        { name: 'in time', colour: 'blue', look: 'area', values: series.served },
        { name: 'offered', colour: 'orange', look: 'curve dashed', values: series.offered },
      ],
      references: [{ name: 'planned', value: plan.rateRps }],
    }),
  },
  {
    title: 'Latency',
    format: milliseconds,
    drawing: ({ series, plan }) => ({
      series: [
        { name: 'median', colour: 'blue', look: 'curve', values: series.p50Ms },
        { name: 'p99', colour: 'purple', look: 'curve dashed', values: series.p99Ms },
        { name: 'slowest', colour: 'orange', look: 'curve dotted', values: series.maxMs },
      ],
      references: [
        { name: 'worst case', value: plan.worstCaseMs },
        { name: 'SLO', value: plan.sloMs },
      ],
    }),
  },
  {
    title: 'Answered in time',
    format: percent,
    drawing: ({ series }) => ({
      series: [{ name: 'in time', colour: 'green', look: 'area', values: attainments(series) }],
      references: [],
      top: 1,
    }),
  },
  {
    title: 'Not in time, a second',
    format: number,
    drawing: ({ series }) => ({
      series: [
        { name: 'late', colour: 'orange', look: 'stacked', values: series.late },
        { name: 'expired', colour: 'purple', look: 'stacked', values: series.expired },
        { name: 'shed', colour: 'teal', look: 'stacked', values: series.shed },
        { name: 'failed', colour: 'red', look: 'stacked', values: series.failed },
      ],
      references: [],
    }),
  },
  {
    title: 'Most that waited',
    format: number,
    drawing: ({ modules }) => ({
      series: modules.map(({ name, queued }, at) => ({
        name,
        colour: COLOURS[at % COLOURS.length] ?? 'grey',
        look: LOOKS[Math.floor(at / COLOURS.length) % LOOKS.length] ?? 'curve',
        values: queued,
      })),
      references: [],
    }),
  },
  {
    title: 'Cores at work',
    format: number,
    drawing: ({ series, plan }) => ({
      series: [{ name: 'busy', colour: 'teal', look: 'area', values: series.busyCores }],
      references: [{ name: 'of the plan', value: plan.cores }],
    }),
  },
];

/** @param {LiveReport['series']} series */
const attainments = ({ served, late, shed, expired, failed }) =>
  served.map((good, at) => {
    const ended = good + (late[at] ?? 0) + (shed[at] ?? 0) + (expired[at] ?? 0) + (failed[at] ?? 0);
    return ended > 0 ? good / ended : null;
  });

/**
 * Puts the charts on the page; all of them point at the same second.
 * @returns {(report: LiveReport) => void} draws them
 */
export function createCharts() {
  const look = /** @type {HTMLInputElement} */ (byId('look'));
  /** @type {LiveReport | undefined} */
  let latest;
  /** @type {number | null} */
  let hovered = null;
  const charts = CHARTS.map(({ title, format, drawing }) => {
    const chart = createChart(title, format, (second) => {
      hovered = second;
      draw();
    });
    return { ...chart, drawing };
  });
  const draw = () => {
    if (latest === undefined) return;
    const report = latest;
    const pointed = hovered ?? look.valueAsNumber;
    say('looked', pointed < 0 ? `${-pointed} s ago` : 'now');
    for (const chart of charts) chart.draw(chart.drawing(report), pointed);
  };
  look.addEventListener('input', draw);
  window.addEventListener('resize', draw);
  byId('charts').append(...charts.map(({ figure }) => figure));
  return (report) => {
    latest = report;
    draw();
  };
}
