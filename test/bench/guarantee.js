// Whether plans hold: every plan of the model is replayed with evenly spaced requests and exact durations, and repaired where
// it misses. The benchmark's workloads and seeded random DAGs, each also with one task per request at every module.
import { parseArgs } from 'node:util';
import { checkPlan } from '../../dist/checking/check-plan.js';
import { violationText } from '../../dist/checking/violation.js';
import { operatingPoints } from '../../dist/latency/operating-points.js';
import { serviceTimes } from '../../dist/latency/service-times.js';
import { seededRandom } from '../../dist/numeric/prng.js';
import { benchmarkWorkloads } from '../../dist/planning/benchmark/workloads.js';
import { guaranteePlan } from '../../dist/planning/guarantee/guarantee-plan.js';
import { solveOptimal } from '../../dist/planning/optimal/plan-optimal.js';
import { parseArrivals } from '../../dist/simulation/arrivals/parse-arrivals.js';
import { replayer } from '../../dist/simulation/replay-plan.js';

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '12' },
    dags: { type: 'string', default: '1131' },
    seed: { type: 'string', default: '1' },
    arrivals: { type: 'string', default: 'uniform' },
    'fan-out': { type: 'string', default: 'even' },
    attainment: { type: 'string', default: '1' },
  },
});
const every = Number(values.every);
const PROMISE = { attainment: Number(values.attainment) };
const HARDWARE = { a: { pricePerHour: 0.5 }, b: { pricePerHour: 1 }, c: { pricePerHour: 3 } };
const SPEED = { a: 1, b: 2.4, c: 8 };
const BATCHES = [1, 2, 4, 8, 16, 32];
/** What the search for one optimum may take. */
const LIMIT_MS = 200;

const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
const quantile = (list, share) => list.toSorted((x, y) => x - y)[Math.ceil(share * list.length) - 1];
const percent = (share, digits = 1) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(digits)} %`);

/**
 * Up to six modules that wait for one or two earlier ones; 0.3 to 3 tasks for a request and for what a module waits for; SLOs
 * 1.1 to 11 times the fastest path.
 */
function randomDag(random) {
  const between = (least, most) => least + (most - least) * random.uniform();
  const rateRps = 20 * 50 ** random.uniform();
  const modules = [];
  const count = 1 + Math.floor(6 * random.uniform());
  for (let index = 0; index < count; index++) {
    const earlier = () => Math.floor(random.uniform() * index);
    const parents =
      index === 0 ? [] : random.uniform() < 0.5 ? [index - 1] : [...new Set([earlier(), earlier()])];
    const above = parents.reduce((sum, parent) => sum + modules[parent].perRequest, 0);
    const perRequest = index === 0 ? 1 : between(0.3 * Math.max(1, above), 3 * Math.min(1, above));
    modules.push({
      name: `m${index}`,
      after: parents.map((parent) => `m${parent}`),
      perRequest,
      rateRps: rateRps * perRequest,
      points: operatingPoints(randomProfile(random), HARDWARE),
    });
  }
  const ends = new Map();
  for (const { name, after, points } of modules) {
    const fastestMs = Math.min(...points.map(({ durationMs }) => durationMs));
    ends.set(name, fastestMs + Math.max(0, ...after.map((parent) => ends.get(parent))));
  }
  const sloMs = Math.max(...ends.values()) * 1.1 * 10 ** random.uniform();
  return { application: 'dag', rateRps, sloMs, billing: 'proportional', hardware: HARDWARE, modules };
}

/** Durations that grow a little less than the batch, with some noise, on three kinds of hardware. */
function randomProfile(random) {
  const base = 5 + 45 * random.uniform();
  return Object.keys(HARDWARE).flatMap((hardware) =>
    BATCHES.map((batchSize) => {
      const noise = 0.95 + 0.1 * random.uniform();
      return {
        hardware,
        cores: 1,
        batchSize,
        durationMs: (base / SPEED[hardware]) * (0.4 + 0.6 * batchSize ** 0.9) * noise,
      };
    }),
  );
}

const withoutFanOut = (problem) => ({
  ...problem,
  modules: problem.modules.map((module) => ({ ...module, perRequest: 1, rateRps: problem.rateRps })),
});

const planFor = (problem) => {
  const endMs = performance.now() + LIMIT_MS;
  return solveOptimal(problem, { dummies: true, expired: () => performance.now() > endMs }).plan;
};

const complete = (problem) => (plan) => ({
  ...plan,
  modules: plan.modules.map((module, index) => {
    const used = problem.modules[index].points.filter(({ hardware, cores }) =>
      module.allocations.some((one) => one.hardware === hardware && one.cores === cores),
    );
    return { ...module, serviceTimes: serviceTimes(used) };
  }),
});

const replayOf = ({ rateRps, sloMs }) =>
  replayer({
    arrivals: parseArrivals(values.arrivals),
    times: { kind: 'exact' },
    fanOut: values['fan-out'],
    rateRps,
    sloMs,
  });

/** What became of a problem; undefined where the model has no plan. */
function judge(problem) {
  const model = planFor(problem);
  if (!model.feasible) return undefined;
  const replay = replayOf(problem);
  const completed = complete(problem)(model);
  const holds = (deadlines) => {
    const rules = { dispatch: 'planned', deadlines, paced: false };
    const isLost = (ended, inTime) => inTime < ended;
    const seen = replay(completed, { requests: 20_000, seed: 1, rules, isLost });
    return seen.inTime === seen.requests;
  };
  const atWorstCases = PROMISE.attainment === 1 && holds('planned');
  const atBudgets = PROMISE.attainment === 1 && holds('budget');
  const startMs = performance.now();
  const shiftMs = values.arrivals === 'uniform' ? 500 / problem.rateRps : 0;
  const plan = guaranteePlan(model, problem, {
    promise: { attainment: PROMISE.attainment, shiftMs },
    arrivals: values.arrivals,
    fanOut: values['fan-out'],
    replay,
    poisson: undefined,
    planFor,
    mostRequests: 200_000,
    isOver: () => false,
    complete: complete(problem),
  });
  const seen = { atWorstCases, atBudgets, held: plan.feasible, tookMs: performance.now() - startMs };
  if (!plan.feasible) return seen;
  const violations = checkPlan(plan, { ...problem, dummies: true });
  if (violations.length > 0) throw new Error(violations.map(violationText).join('\n'));
  const { repaired, replays } = plan.verification;
  return {
    ...seen,
    repaired,
    replays,
    extra: plan.costPerHour / model.costPerHour - 1,
  };
}

const random = seededRandom(Number(values.seed));
const workloads = benchmarkWorkloads().filter((_, index) => index % every === 0);
const dags = Array.from({ length: Math.ceil(Number(values.dags) / every) }, () => randomDag(random));
const SETS = [
  ['benchmark', 'without', workloads.map(withoutFanOut)],
  ['benchmark', 'with', workloads],
  ['random DAGs', 'without', dags.map(withoutFanOut)],
  ['random DAGs', 'with', dags],
];

const row = (name, cells) => console.log(name.padEnd(43) + cells.map((cell) => cell.padStart(10)).join(''));

/** A line of the table. */
function tell(name, all) {
  const share = (keeps) => percent(all.filter(keeps).length / all.length);
  const kept = all.filter(({ held }) => held);
  const repaired = kept.filter((one) => one.repaired !== undefined);
  const rebuilt = kept.filter((one) => one.repaired === 'machines');
  const replays = repaired.map((one) => one.replays);
  const tookMs = all.map((one) => one.tookMs);
  row(name, [
    String(all.length),
    share(({ atWorstCases }) => atWorstCases),
    share(({ atBudgets }) => atBudgets),
    share(({ held, repaired }) => held && repaired === undefined),
    share(({ held, repaired }) => held && repaired !== 'machines'),
    share(({ held }) => held),
    percent(mean(kept.map(({ extra }) => extra)), 2),
    percent(mean(repaired.map(({ extra }) => extra))),
    percent(mean(rebuilt.map(({ extra }) => extra))),
    replays.length > 0 ? String(quantile(replays, 0.5)) : '–',
    `${quantile(tookMs, 0.5).toFixed(0)}/${Math.max(...tookMs).toFixed(0)}`,
  ]);
}

console.log(
  `every ${every}th workload and as many DAGs of ${values.dags}; ${values.arrivals} arrivals, ${values['fan-out']} fan-out, exact durations, seed ${values.seed}`,
);
console.log(
  'share of plans that hold: of the model with requests due at worst cases (at W) and at budgets (at L), also shifted by up to',
);
console.log(
  'half a gap, with other rules, and with other machines; extra cost of all, of those repaired, of those with other machines\n',
);
row('', [
  'plans',
  'at W',
  'at L',
  'shifted',
  'rules',
  'machines',
  'extra',
  'repaired',
  'rebuilt',
  'replays',
  'ms p50/max',
]);
const sums = { without: [], with: [] };
for (const [set, fanOut, problems] of SETS) {
  for (const billing of ['proportional', 'whole']) {
    const all = problems.map((problem) => judge({ ...problem, billing })).filter((one) => one !== undefined);
    tell(`${set}, ${fanOut} fan-out, ${billing}`, all);
    sums[fanOut].push(...all);
  }
}
for (const [fanOut, all] of Object.entries(sums)) {
  tell(`all ${fanOut} fan-out`, all);
  row('  bar', [
    '',
    '',
    fanOut === 'with' ? '≥ 92 %' : '≥ 99 %',
    '',
    '',
    '100 %',
    '≤ 0.3 %',
    '≤ 6 %',
    '',
    '< 20',
    '',
  ]);
}
