// The dispatch rules on one table: the rate that each carries, how it bears overload, and whether it keeps what a plan
// promises. Machine sets, arrivals and durations are seeded, the same for all rules; the policy is the daemon's own.
import { parseArgs } from 'node:util';
import { DISPATCH_RULES } from '../../dist/domain/enforcement.js';
import { seededRandom } from '../../dist/numeric/prng.js';
import { quantile } from '../../dist/numeric/quantile.js';
import { BENCHMARK_HARDWARE, benchmarkApplications } from '../../dist/planning/benchmark/applications.js';
import { PLANNERS } from '../../dist/planning/planners.js';
import { configurePolicy } from '../../dist/policy/configure-policy.js';
import { sizeFrom } from '../../dist/policy/dispatch/deferred-window.js';
import { NOTHING } from '../../dist/policy/dispatch/dispatcher.js';
import { RULES } from '../../dist/policy/dispatch/rules.js';
import { applicationRoute } from '../../dist/policy/route.js';
import { arrivalTimes } from '../../dist/simulation/arrivals/arrival-times.js';
import { findRate } from '../../dist/simulation/rate-search.js';
import { simulate } from '../../dist/simulation/simulate.js';

const { values } = parseArgs({
  options: {
    sets: { type: 'string', default: '16' },
    plans: { type: 'string', default: '300' },
    seed: { type: 'string', default: '62' },
    seeds: { type: 'string', default: '5' },
    rules: { type: 'string', default: DISPATCH_RULES.join() },
  },
});
const sets = Number(values.sets);
const seed = Number(values.seed);
const rules = values.rules.split(',');

const TARGET = 0.99;
const OVERLOAD = 1.1;
const ARRIVALS = { Poisson: { kind: 'poisson' }, 'CV 2': { kind: 'gamma', cv: 2 } };
const JITTERS = [0, 0.05];
const PRECISION = 0.004;
/** So many budgets long is a run, in requests between these. */
const RUN = { budgets: 40, least: 5000, most: 30_000 };
const NO_LIMITS = { queueLimit: Number.POSITIVE_INFINITY, timerLeadMs: 0, aheadMs: 0 };
/** What `planned` has to reach. */
const BARS = {
  Poisson: { median: 0.99, p10: 0.95, overloaded: 0.9 },
  'CV 2': { p10: 0.92, overloaded: 0.9 },
  whole: { withinW: 0.97 },
  proportional: {},
};

const between = (random, least, most) => least + (most - least) * random.uniform();
const whole = (random, least, most) => Math.floor(between(random, least, most + 1));
const pick = (random, list) => list[whole(random, 0, list.length - 1)];
const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
/** Of a share: what is counted is 0 or 1. */
const standardError = (counted) => Math.sqrt((mean(counted) * (1 - mean(counted))) / counted.length);
const share = (numbers, probability) => quantile(Float64Array.from(numbers).sort(), probability);
const isWithin = (ms, limitMs) => ms <= limitMs * (1 + 1e-9);

/** `--rules literal,...`: `planned` to the letter of its description, which passes heads over even if there is time for both. */
RULES.literal = ({ machineTypes }) => ({
  choose: (queue, type, _, nowMs) => {
    const { batchSize, tailMs } = machineTypes[type];
    let first = 0;
    let size = sizeFrom(queue, machineTypes[type], nowMs, 0);
    for (let later = 1; size < Math.min(batchSize, queue.length - later + 1); later++) {
      const most = Math.min(batchSize, queue.length - later);
      if (most <= size || nowMs + tailMs[most] > queue.at(later).deadlineMs) continue;
      first = later;
      size = most;
      break;
    }
    if (size === 0) return NOTHING;
    const untilMs = size === batchSize ? nowMs : queue.at(first).deadlineMs - tailMs[size + 1];
    return nowMs >= untilMs ? { kind: 'start', first, size, reason: 'deadline' } : { kind: 'wait', untilMs };
  },
});

/** One to four kinds of machines in rank order, one to six of each, d(b) = fixed + each·b^power up to a largest batch; one SLO. */
function randomSet(random) {
  const kinds = Array.from({ length: whole(random, 1, 4) }, () => {
    const batchSize = pick(random, [2, 4, 8, 12, 16, 24, 32]);
    const fixedMs = between(random, 1, 40);
    const eachMs = between(random, 1, 15);
    const power = between(random, 0.7, 1);
    const durationsMs = Float64Array.from({ length: batchSize + 1 }, (_, b) => fixedMs + eachMs * b ** power);
    const machines = whole(random, 1, 6);
    return {
      batchSize,
      durationsMs,
      machines,
      rateRps: (1000 * machines * batchSize) / durationsMs[batchSize],
    };
  });
  const longestMs = Math.max(...kinds.map(({ batchSize, durationsMs }) => durationsMs[batchSize]));
  const sloMs = longestMs * between(random, 1.5, 4);
  const capacityRps = kinds.reduce((sum, { rateRps }) => sum + rateRps, 0);
  const requests = Math.ceil((RUN.budgets * capacityRps * sloMs) / 1000);
  return { kinds, sloMs, capacityRps, requests: Math.min(RUN.most, Math.max(RUN.least, requests)) };
}

/** Decisions count with a margin of three standard deviations. */
function setUp({ kinds, sloMs }, dispatch, jitter) {
  const machineTypes = kinds.map(({ batchSize, durationsMs, rateRps }) => {
    const tailMs = durationsMs.map((ms) => ms * (1 + 3 * jitter));
    return { batchSize, tailMs, windowMs: Math.max(0, sloMs - tailMs[batchSize]), rateRps };
  });
  const types = kinds.flatMap(({ machines }, type) => new Array(machines).fill(type));
  const workers = types.map((type, id) => ({ id, module: 0, type }));
  const fastestMs = Math.min(...machineTypes.map(({ tailMs }) => tailMs[1]));
  const route = applicationRoute([
    { name: 'm', after: [], splits: false, tasksPerRequest: 1, worstCaseMs: sloMs, fastestMs },
  ]);
  const modules = [{ machineTypes, workers, dispatch, ...NO_LIMITS }];
  return { config: { modules, routes: [route], deadlines: 'planned', paced: false }, workers };
}

/** @returns the latency of each request that is answered; `more` says whether to send another */
function latencies(setup, sloMs, nextMs, batchMs, more) {
  const seen = [];
  simulate({
    setup,
    sloMs,
    nextSentMs: () => (more(seen) ? nextMs() : Number.POSITIVE_INFINITY),
    batchMs,
    observer: {
      ended: ({ kind }, _, latencyMs) =>
        seen.push(kind === 'complete' ? latencyMs : Number.POSITIVE_INFINITY),
    },
  });
  return seen;
}

/** The highest rate at which a rule keeps the target on a set, and the share in time a little above. */
function measure(set, rule, process, jitter, runSeed, startRps) {
  const { kinds, sloMs, capacityRps, requests } = set;
  const setup = setUp(set, rule, jitter);
  const attainmentAt = (rateRps, target) => {
    const random = seededRandom(runSeed + 1);
    const batchMs = (worker, size) => {
      const ms = kinds[setup.workers[worker].type].durationsMs[size];
      return jitter === 0 ? ms : ms * Math.max(0.5, 1 + jitter * random.normal());
    };
    let sent = 0;
    let looked = 0;
    let missed = 0;
    // Out of reach of the target, the rest need not be sent.
    const more = (seen) => {
      for (; looked < seen.length; looked++) if (!isWithin(seen[looked], sloMs)) missed++;
      return missed <= (1 - target) * requests && sent++ < requests;
    };
    const seen = latencies(setup, sloMs, arrivalTimes(process, rateRps, runSeed), batchMs, more);
    return seen.filter((ms) => isWithin(ms, sloMs)).length / requests;
  };
  const bounds = { startRps, leastRps: capacityRps / 1000, mostRps: 2 * capacityRps, precision: PRECISION };
  const foundRps = findRate((rateRps) => attainmentAt(rateRps, TARGET), TARGET, bounds);
  if (foundRps === undefined) return { rateRps: 0, overloaded: 0 };
  return { rateRps: foundRps, overloaded: attainmentAt(OVERLOAD * foundRps, 0) };
}

const row = (name, cells) =>
  console.log(`  ${name.padEnd(18)}${cells.map((cell) => cell.padStart(13)).join('')}`);
const percent = (value) => (value === undefined ? '' : `${(100 * value).toFixed(1)} %`);
const ratio = (value) => (value === undefined ? '' : value.toFixed(3));

function compareRates(name, process, jitter) {
  const random = seededRandom(seed);
  const measured = Array.from({ length: sets }, (_, index) => {
    const set = randomSet(random);
    let startRps = 0.9 * set.capacityRps;
    const found = rules.map((rule) => {
      const result = measure(set, rule, process, jitter, seed * 10_000 + 2 * index, startRps);
      if (result.rateRps > 0.8 * startRps) startRps = result.rateRps;
      return result;
    });
    const bestRps = Math.max(...found.map(({ rateRps }) => rateRps));
    return found.map((result) => ({
      ...result,
      ratio: result.rateRps / bestRps,
      load: result.rateRps / set.capacityRps,
    }));
  });
  const durations = jitter === 0 ? 'exact durations' : `durations with ${100 * jitter} % of jitter`;
  console.log(`\n${name} arrivals, ${durations}`);
  row('', ['median', 'p10', 'of capacity', 'at 1.1 ×']);
  const bars = BARS[name];
  row('bars for planned', [ratio(bars.median), ratio(bars.p10), '', percent(bars.overloaded)]);
  for (const [index, rule] of rules.entries()) {
    const all = measured.map((set) => set[index]);
    const ratios = all.map((result) => result.ratio);
    const load = share(
      all.map((result) => result.load),
      0.5,
    );
    const overloaded = mean(all.map((result) => result.overloaded));
    row(rule, [ratio(share(ratios, 0.5)), ratio(share(ratios, 0.1)), percent(load), percent(overloaded)]);
  }
}

/** Plans of the optimal planner for single modules of the benchmark, at rates of 20-1000/s and SLOs of 1.05-12 × the fastest. */
function plansFor(billing, planSeed) {
  const random = seededRandom(planSeed);
  const modules = Object.values(benchmarkApplications()).flat();
  const found = [];
  while (found.length < Number(values.plans)) {
    const module = {
      ...pick(random, modules),
      after: [],
      perRequest: 1,
      rateRps: 20 * 50 ** random.uniform(),
    };
    const fastestMs = Math.min(...module.points.map(({ durationMs }) => durationMs));
    const sloMs = fastestMs * 1.05 * (12 / 1.05) ** random.uniform();
    const terms = {
      application: module.name,
      rateRps: module.rateRps,
      sloMs,
      billing,
      hardware: BENCHMARK_HARDWARE,
    };
    const plan = PLANNERS.optimal({ ...terms, modules: [module] });
    if (!plan.feasible) continue;
    const serviceTimes = module.points.map((point) => ({ ...point, tailMs: point.durationMs }));
    found.push({ ...plan, modules: [{ ...plan.modules[0], serviceTimes }] });
  }
  return found;
}

/** The latencies of evenly spaced requests to a plan. */
function evenly(plan, dispatch, deadlines) {
  const setup = configurePolicy(plan, NO_LIMITS, { dispatch, deadlines, paced: false });
  const types = setup.config.modules[0].machineTypes;
  const batchMs = (worker, size) => types[setup.workers[worker].type].tailMs[size];
  // To the letter, what misses its deadline is dropped, even if that is earlier than the SLO.
  const sloMs = dispatch === 'literal' && deadlines === 'planned' ? plan.worstCaseMs : plan.sloMs;
  let sent = 0;
  return latencies(
    setup,
    sloMs,
    arrivalTimes({ kind: 'uniform' }, plan.rateRps, 0),
    batchMs,
    () => sent++ < 3000,
  );
}

function comparePlans(billing) {
  const plans = Array.from({ length: Number(values.seeds) }, (_, index) =>
    plansFor(billing, seed + index),
  ).flat();
  const mixed = plans.filter(({ modules }) => modules[0].allocations.length > 1).length;
  console.log(
    `\nevenly spaced arrivals, ${plans.length} plans (${mixed} of several ranks), ${billing} billing, ${values.seeds} seeds: plans with every request within, ± standard error`,
  );
  row('', ['W', 'L', 'L, due at L', 'lost', 'due at L']);
  row('bars for planned', [percent(BARS[billing].withinW)]);
  for (const rule of rules) {
    const seen = plans.map((plan) => ({
      plan,
      due: evenly(plan, rule, 'planned'),
      slack: evenly(plan, rule, 'slo'),
    }));
    const allWithin = (list, limitMs) => (list.every((ms) => isWithin(ms, limitMs)) ? 1 : 0);
    const shareOf = (held) => `${percent(mean(held))} ± ${(100 * standardError(held)).toFixed(1)}`;
    const lost = (list, { sloMs }) => list.filter((ms) => !isWithin(ms, sloMs)).length / list.length;
    row(rule, [
      shareOf(seen.map(({ plan, due }) => allWithin(due, plan.worstCaseMs))),
      shareOf(seen.map(({ plan, due }) => allWithin(due, plan.sloMs))),
      shareOf(seen.map(({ plan, slack }) => allWithin(slack, plan.sloMs))),
      `${(100 * mean(seen.map(({ plan, due }) => lost(due, plan)))).toFixed(3)} %`,
      `${(100 * mean(seen.map(({ plan, slack }) => lost(slack, plan)))).toFixed(3)} %`,
    ]);
  }
}

const startMs = performance.now();
console.log(
  `${sets} sets of 1-4 kinds of machines, 1-6 of each, SLO 1.5-4 × the longest duration; runs of ${RUN.budgets} budgets, ${RUN.least}-${RUN.most} requests; seed ${seed}`,
);
console.log(
  `the rate carried at ${100 * TARGET} % in time over the best rule's, and over what the machines can serve (median); in time at ${OVERLOAD} × its own rate (mean). Above 100 % of capacity: 1 % may be missed, and a run ends with a queue that was filled once.`,
);
for (const [name, process] of Object.entries(ARRIVALS)) {
  for (const jitter of JITTERS) compareRates(name, process, jitter);
}
for (const billing of ['whole', 'proportional']) comparePlans(billing);
console.log(`\n${((performance.now() - startMs) / 1000).toFixed(0)} s`);
