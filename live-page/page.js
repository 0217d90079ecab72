/** Asks the server once a second for what has happened, and shows it; asks people for the token where the server wants one. */
import { byId, say } from './build.js';
import { createCharts, showFigures } from './figures.js';
import { dollars, duration, milliseconds, number, timeOfDay } from './format.js';
import { showTables } from './tables.js';

/** @import { LiveReport } from '../src/domain/live-report.ts' */

const EVERY_MS = 1000;
/** Who has not answered by then is taken to be gone. */
const LIMIT_MS = 4000;
/** The token stays with this tab, and is in no address. */
const TOKEN = 'harp-token';

const STATES = { starting: 'orange', ready: 'green', degraded: 'orange', leaving: 'red' };

const drawCharts = createCharts();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
/** When an answer last came. @type {Date | undefined} */
let answeredAt;

async function ask() {
  clearTimeout(timer);
  const token = sessionStorage.getItem(TOKEN);
  const answer = await fetchReport(token).catch(() => undefined);
  if (answer === 401) return askForToken(token !== null);
  if (!document.hidden) timer = setTimeout(ask, EVERY_MS);
  if (answer === undefined) showLoss();
  else showReport(answer);
}

/**
 * @param {string | null} token
 * @returns {Promise<LiveReport | 401>}
 */
async function fetchReport(token) {
  const response = await fetch('live', {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    cache: 'no-store',
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  if (response.status === 401) return 401;
  if (!response.ok) throw new Error(`the server answers ${response.status}`);
  return response.json();
}

/** @param {LiveReport} report */
function showReport(report) {
  const { plan, state, version, startedAt, at } = report;
  answeredAt = new Date();
  document.body.classList.remove('lost');
  document.title = `${state === 'ready' ? '' : `${state}: `}${plan.application} – harp`;
  byId('access').hidden = true;
  byId('report').hidden = false;
  say('application', plan.application);
  say('state', state);
  byId('state').className = `state ${STATES[state]}`;
  say(
    'summary',
    `${number(plan.rateRps)} requests/s within ${milliseconds(plan.sloMs)} planned for ${dollars(plan.costPerHour)} an hour (${plan.planner})`,
  );
  say('connection', 'live');
  say(
    'about',
    `harp ${version}, up for ${duration((Date.parse(at) - Date.parse(startedAt)) / 1000)}; the same figures: /live, /metrics`,
  );
  showFigures(report);
  drawCharts(report);
  showTables(report);
}

/** The words stay the same while it lasts: they are read out to who cannot see them. */
function showLoss() {
  document.body.classList.add('lost');
  const since = answeredAt === undefined ? '' : ` since ${timeOfDay(answeredAt)}`;
  say('connection', `connection lost${since}; trying again`);
}

/** @param {boolean} isRefused whether one was sent */
function askForToken(isRefused) {
  sessionStorage.removeItem(TOKEN);
  document.body.classList.remove('lost');
  byId('report').hidden = true;
  byId('access').hidden = false;
  say('refused', isRefused ? 'The server does not take that token.' : '');
  say('connection', '');
  byId('token').focus();
}

byId('access').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = /** @type {HTMLInputElement} */ (byId('token'));
  sessionStorage.setItem(TOKEN, field.value.trim());
  field.value = '';
  void ask();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && byId('access').hidden) void ask();
});
void ask();
