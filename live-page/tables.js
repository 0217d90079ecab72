/** What was planned beside what is, how requests ended, batch sizes, workers and notices. */
import { batchSizes } from './batch-sizes.js';
import { byId, element, shape, show } from './build.js';
import { dollars, milliseconds, number, percent, timeOfDay } from './format.js';

/** @import { LiveReport, LiveWorker } from '../src/domain/live-report.ts' */

/** A ratio further from 1 than this stands out. */
const TOLERANCE = 0.2;

/** @param {LiveReport} report */
export function showTables(report) {
  show(byId('plan'), ...planRows(report));
  show(byId('outcomes'), ...outcomeRows(report));
  show(byId('batches'), ...report.modules.map(batchSizes));
  show(byId('workers'), ...report.workers.map(workerRow));
  show(byId('notices'), ...noticeItems(report));
}

/** @param {LiveReport} report */
function planRows({ plan, recent, latencyMs, modules }) {
  const { costPerHour, rateRps } = plan;
  const perMillion = (/** @type {number} */ rps) => (rps > 0 ? (costPerHour / 3600 / rps) * 1e6 : null);
  return [
    comparison('', 'requests/s', number, rateRps, recent.offeredRps),
    comparison('', 'slowest in 5 minutes', milliseconds, plan.worstCaseMs, latencyMs?.max ?? null),
    comparison(
      '',
      'cost of a million in time',
      dollars,
      perMillion(rateRps),
      perMillion(recent.servedRps),
      'none',
    ),
    ...modules.flatMap((module) => [
      element('tr', { class: 'group' }, element('th', { scope: 'rowgroup', colspan: 4 }, module.name)),
      comparison('part', 'requests/s', number, module.plannedRateRps, module.rateRps),
      ...(module.directRps > 0
        ? [comparison('part', 'of them sent to it alone', number, null, module.directRps)]
        : []),
      comparison('part', 'batch size', number, module.plannedBatchSize, module.batchSize),
      comparison(
        'part',
        'batch duration',
        milliseconds,
        module.plannedDurationMs,
        module.durationMs,
        'either',
      ),
      comparison('part', 'machines busy', percent, module.plannedBusy, module.busy),
    ]),
  ];
}

/**
 * @param {string} look
 * @param {string} name
 * @param {(value: number | null) => string} format
 * @param {number | null} planned
 * @param {number | null} measured
 * @param {'above' | 'either' | 'none'} bad on which side of the plan it is amiss
 */
function comparison(look, name, format, planned, measured, bad = 'above') {
  const ratio = planned !== null && measured !== null ? measured / planned : null;
  const isAbove = bad !== 'none' && ratio !== null && ratio > 1 + TOLERANCE;
  const isOff = isAbove || (bad === 'either' && ratio !== null && ratio < 1 - TOLERANCE);
  return element(
    'tr',
    { class: look },
    element('th', { scope: 'row' }, name),
    element('td', {}, format(planned)),
    element('td', {}, format(measured)),
    element(
      'td',
      isOff ? { class: 'off' } : {},
      `${isOff ? '⚠ ' : ''}${ratio === null ? '–' : `${Math.round(ratio * 100)} %`}`,
    ),
  );
}

const OUTCOMES = /** @type {const} */ ([
  ['served', 'in time'],
  ['late', 'late: answered after the deadline'],
  ['shed', 'shed: refused on arrival'],
  ['expired', 'expired: gave up waiting'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled: the client left'],
]);

/** @param {LiveReport} report */
function outcomeRows({ series, totals }) {
  const all = OUTCOMES.reduce((sum, [outcome]) => sum + totals[outcome], 0);
  return OUTCOMES.map(([outcome, words]) =>
    element(
      'tr',
      { id: `outcome-${outcome}` },
      element('th', { scope: 'row' }, words),
      element('td', {}, number(series[outcome].reduce((sum, value) => sum + value, 0))),
      element('td', {}, number(totals[outcome])),
      element('td', {}, percent(all > 0 ? totals[outcome] / all : null)),
    ),
  );
}

/** @param {LiveWorker} worker */
function workerRow({
  id,
  module,
  hardware,
  cores,
  state,
  losses,
  busy,
  plannedBusy,
  batchSize,
  fullBatchSize,
}) {
  const look = { up: 'green', lost: 'red', starting: 'orange' }[state];
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      `${id} ${module} `,
      element('small', {}, `${hardware}, ${number(cores)} ${cores === 1 ? 'core' : 'cores'}`),
    ),
    element('td', { class: look }, state, ...(losses > 0 ? [element('small', {}, ` lost ${losses}×`)] : [])),
    element(
      'td',
      {},
      busyBar(busy, plannedBusy),
      percent(busy),
      element('small', {}, ` of ${percent(plannedBusy)}`),
    ),
    element('td', {}, number(batchSize), element('small', {}, ` of ${fullBatchSize}`)),
  );
}

/**
 * @param {number} busy
 * @param {number} planned
 */
const busyBar = (busy, planned) =>
  shape(
    'svg',
    { viewBox: '0 0 56 8', 'aria-hidden': 'true' },
    shape('rect', { class: 'trough', width: 56, height: 8, rx: 2 }),
    shape('rect', { class: 'bar teal', width: 56 * Math.min(1, busy), height: 8, rx: 2 }),
    shape('line', {
      class: 'mark',
      x1: 56 * Math.min(0.98, planned),
      x2: 56 * Math.min(0.98, planned),
      y1: 0,
      y2: 8,
    }),
  );

/** @param {LiveReport} report */
const noticeItems = ({ notices, startedAt }) =>
  [...notices, { at: startedAt, text: 'started' }].map(({ at, text }) =>
    element('li', {}, element('time', { datetime: at }, timeOfDay(new Date(at))), text),
  );
