// The planner `simulated` beside what else could be bought: seeded single modules and pipelines, Poisson arrivals, 99 % in time.
// The exhaustive search, the headroom on the rate and the million fresh arrivals are this script's own.
import { parseArgs } from 'node:util';
import { ENFORCEMENT } from '../../dist/domain/enforcement.js';
import { seededRandom } from '../../dist/numeric/prng.js';
import { BENCHMARK_HARDWARE, benchmarkApplications } from '../../dist/planning/benchmark/applications.js';
import { benchmarkWorkloads } from '../../dist/planning/benchmark/workloads.js';
import { completePlan } from '../../dist/planning/complete-plan.js';
import { guaranteePlan } from '../../dist/planning/guarantee/guarantee-plan.js';
import { PLANNERS } from '../../dist/planning/planners.js';
import { poseProblem } from '../../dist/planning/pose-problem.js';
import { fleetPlan } from '../../dist/planning/simulated/fleet-plan.js';
import { planSimulated } from '../../dist/planning/simulated/plan-simulated.js';
import { replayer } from '../../dist/simulation/replay-plan.js';

const { values } = parseArgs({
  options: {
    modules: { type: 'string', default: '40' },
    pipelines: { type: 'string', default: '20' },
    arrivals: { type: 'string', default: '1000000' },
    'most-counts': { type: 'string', default: '300' },
    seed: { type: 'string', default: '64' },
  },
});
const [modules, pipelines, freshArrivals, mostCounts, seed] = [
  values.modules,
  values.pipelines,
  values.arrivals,
  values['most-counts'],
  values.seed,
].map(Number);
const TARGET = 0.99;
const LIMIT_MS = 2000;
const POISSON = { kind: 'poisson' };
const UNIFORM = { kind: 'uniform' };

const mean = (numbers) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
const quantile = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.ceil(share * numbers.length) - 1];
const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)} %`;
const bar = (label, value, wanted) =>
  console.log(`  ${label.padEnd(52)} ${value.padStart(10)}${wanted ? `   bar: ${wanted}` : ''}`);

const moduleOf = (name, points, more = {}) => ({
  name,
  after: [],
  perRequest: 1,
  model: { name },
  measuredOn: {},
  points: points.map(({ hardware, cores, batchSize, durationMs }) => ({
    hardware,
    cores,
    batchSize,
    durationMs,
  })),
  ...more,
});
const spread = (random, least, most) => least * (most / least) ** random.uniform();

/** One to three kinds of machines, d(b) = fixed + each·b^power at powers of two up to 32. */
function randomModule(random) {
  const kinds = 1 + Math.floor(3 * random.uniform());
  const hardware = {};
  const points = [];
  for (const name of ['a', 'b', 'c'].slice(0, kinds)) {
    const speed = spread(random, 0.5, 4);
    hardware[name] = { pricePerHour: speed ** (0.7 + 0.6 * random.uniform()) };
    const [fixedMs, eachMs, power] = [
      2 + 38 * random.uniform(),
      1 + 14 * random.uniform(),
      0.7 + 0.3 * random.uniform(),
    ];
    for (const batchSize of [1, 2, 4, 8, 16, 32])
      points.push({
        hardware: name,
        cores: 1,
        batchSize,
        durationMs: (fixedMs + eachMs * batchSize ** power) / speed,
      });
  }
  return withLoad(random, 'random', points, hardware, [20, 2000], [1.2, 24]);
}

const BENCHMARK_MODULES = Object.values(benchmarkApplications()).flat();

/** A module of the benchmark, two GPUs and cores in three sizes, by itself. */
function benchmarkModule(random) {
  const { name, points } = BENCHMARK_MODULES[Math.floor(random.uniform() * BENCHMARK_MODULES.length)];
  return withLoad(random, name, points, BENCHMARK_HARDWARE, [20, 1000], [1.05, 12]);
}

function withLoad(random, name, points, hardware, rates, loosenesses) {
  const rateRps = spread(random, ...rates);
  const sloMs = Math.min(...points.map(({ durationMs }) => durationMs)) * spread(random, ...loosenesses);
  return { name, rateRps, sloMs, hardware, modules: [moduleOf(name, points)] };
}

const replayOf = ({ rateRps, sloMs }, arrivals) =>
  replayer({ arrivals, times: { kind: 'exact' }, fanOut: 'even', rateRps, sloMs });

function solve(application, arrivals, attainment) {
  const isPoisson = arrivals.kind === 'poisson';
  const startMs = performance.now();
  const shiftMs = isPoisson ? 0 : 500 / application.rateRps;
  const promised = {
    replay: replayOf(application, arrivals),
    attainment,
    cv: isPoisson ? 1 : 0,
    isPoisson,
    shiftMs,
  };
  const found = planSimulated(application, 'whole', promised, () => performance.now() - startMs > LIMIT_MS);
  return { ...found, tookMs: performance.now() - startMs };
}

/** The share in time; below the target where it is lost, and not run to its end. */
function attainmentOf(application, plan, requests, runSeed, target = 0) {
  const isLost = (ended, inTime) => ended - inTime > (1 - target) * requests;
  const seen = replayOf(application, POISSON)(plan, { requests, seed: runSeed, isLost });
  return seen.inTime / seen.requests;
}

/** The model's plan for the smallest of growing rates that holds, billed whole. */
function withHeadroom(application) {
  const problem = poseProblem(application, 'whole');
  for (let factor = 1; factor < 40; factor *= 1.03) {
    const loaded = {
      ...problem,
      rateRps: problem.rateRps * factor,
      modules: problem.modules.map((module) => ({ ...module, rateRps: module.rateRps * factor })),
    };
    const plan = PLANNERS.optimal(loaded);
    if (!plan.feasible) return undefined;
    if (attainmentOf(application, completePlan(plan, application), 60_000, 1, TARGET) >= TARGET)
      return plan.costPerHour;
  }
  return undefined;
}

/** All counts of the kinds of machines in use that cost less and can carry the rate, the cheapest first; undefined if too many. */
function cheaperCounts(application, certified) {
  const { squads } = certified.fleet[0];
  const limit = certified.plan.costPerHour * (1 - 1e-9);
  const all = [];
  const add = (at, counts, cost, rps) => {
    if (all.length > mostCounts) return;
    if (at === squads.length) {
      if (rps >= TARGET * application.rateRps) all.push({ counts, cost });
      return;
    }
    const { pricePerHour, throughputRps } = squads[at].kind;
    for (let count = 0; cost + count * pricePerHour < limit; count++) {
      const left = limit - cost - count * pricePerHour;
      const bestRest = Math.max(
        0,
        ...squads.slice(at + 1).map(({ kind }) => kind.throughputRps / kind.pricePerHour),
      );
      if (rps + count * throughputRps + left * bestRest < TARGET * application.rateRps) continue;
      add(at + 1, [...counts, count], cost + count * pricePerHour, rps + count * throughputRps);
    }
  };
  add(0, [], 0, 0);
  return all.length > mostCounts ? undefined : all.sort((a, b) => a.cost - b.cost);
}

/** What the cheapest counts cost that keep the target on 100,000 arrivals; the found cost if none is cheaper. */
function exhaustiveCost(application, { plan, fleet }) {
  const cheaper = cheaperCounts(application, { plan, fleet });
  if (cheaper === undefined) return undefined;
  const problem = poseProblem(application, 'whole');
  const [{ budgetMs, squads }] = fleet;
  for (const { counts, cost } of cheaper) {
    const bought = [
      {
        budgetMs,
        squads: squads.map(({ kind }, at) => ({ kind, machines: counts[at], batchSize: kind.batchSize })),
      },
    ];
    const tried = fleetPlan(problem, application, bought, ENFORCEMENT);
    if (attainmentOf(application, tried, 100_000, 2, TARGET) >= TARGET) return cost;
  }
  return plan.costPerHour;
}

function benchModules(title, make) {
  const random = seededRandom(seed);
  const cases = Array.from({ length: modules }, () => make(random));
  for (const application of cases.slice(0, 5)) solve(application, POISSON, TARGET); // compiles the code
  const seen = cases.map((application) => {
    const found = solve(application, POISSON, TARGET);
    const even = solve(application, UNIFORM, 1);
    const model = PLANNERS.optimal(poseProblem(application, 'whole'));
    return { application, ...found, even, modelPerHour: model.feasible ? model.costPerHour : undefined };
  });
  const held = seen.filter(({ certified }) => certified);
  const fresh = held.map(({ application, plan }) => attainmentOf(application, plan, freshArrivals, 77_777));
  const optima = held.flatMap(({ application, certified }) => {
    const cost = exhaustiveCost(application, certified);
    return cost === undefined ? [] : [certified.plan.costPerHour / cost];
  });
  const over = (list, cost) =>
    mean(list.flatMap((one) => (cost(one) === undefined ? [] : [cost(one) / one.plan.costPerHour])));
  const evenRatios = held.flatMap(({ even, modelPerHour }) =>
    even.certified && modelPerHour ? [even.plan.costPerHour / modelPerHour] : [],
  );
  const belowModel = evenRatios.filter((ratio) => ratio < 1 - 1e-9);
  console.log(
    `\n${title}: ${cases.length}, ${held.length} with a certified plan, ${held.filter(({ exhaustive }) => exhaustive).length} of those by exhaustive search`,
  );
  bar(`cost over the exhaustive optimum, mean of ${optima.length}`, mean(optima).toFixed(4), '≤ 1.01');
  bar('  largest', Math.max(...optima).toFixed(3));
  bar(`least in time of ${freshArrivals} fresh arrivals`, percent(Math.min(...fresh), 2), '≥ 98.9 %');
  bar('  below 99 %', `${fresh.filter((share) => share < TARGET).length} of ${fresh.length}`);
  bar(
    'simulations, median',
    String(
      quantile(
        seen.map(({ simulations }) => simulations),
        0.5,
      ),
    ),
    '≤ 5',
  );
  bar(
    '  90th percentile',
    String(
      quantile(
        seen.map(({ simulations }) => simulations),
        0.9,
      ),
    ),
  );
  bar(
    'time, median',
    `${quantile(
      seen.map(({ tookMs }) => tookMs),
      0.5,
    ).toFixed(0)} ms`,
    '≤ 100 ms',
  );
  bar(
    '  90th percentile',
    `${quantile(
      seen.map(({ tookMs }) => tookMs),
      0.9,
    ).toFixed(0)} ms`,
  );
  console.log('  beside it, cost over that of the plan');
  bar(
    "  the model's optimum, which does not hold",
    over(held, ({ modelPerHour }) => modelPerHour).toFixed(3),
  );
  bar(
    '  headroom on the rate until it holds',
    over(held, ({ application }) => withHeadroom(application)).toFixed(3),
  );
  bar(
    '  even arrivals, all in time',
    over(held, ({ even }) => even.certified && even.plan.costPerHour).toFixed(3),
  );
  const floors = held.filter(
    ({ application, floorPerHour }) => floorPerHour && (application.rateRps * application.sloMs) / 1000 >= 20,
  );
  bar(
    `  no dispatcher does with less, from 20 a budget on (${floors.length})`,
    over(floors, ({ floorPerHour }) => floorPerHour).toFixed(3),
  );
  for (const [least, most] of [
    [0, 2],
    [2, 5],
    [5, 20],
    [20, 50],
    [50, 100],
    [100, 1000],
  ]) {
    const inRange = held.filter(
      ({ application, even }) =>
        even.certified &&
        (application.rateRps * application.sloMs) / 1000 >= least &&
        (application.rateRps * application.sloMs) / 1000 < most,
    );
    if (inRange.length > 0)
      bar(
        `  random over even arrivals, ${least}-${most} requests per budget (${inRange.length})`,
        mean(inRange.map(({ plan, even }) => plan.costPerHour / even.plan.costPerHour)).toFixed(2),
      );
  }
  console.log('  evenly spaced, all in time: machines cheaper than the floor of the model');
  bar('  share of modules', percent(belowModel.length / evenRatios.length), '(6.3: 55 %)');
  bar(
    "  their cost over the model's optimum, mean",
    belowModel.length > 0 ? mean(belowModel).toFixed(2) : '-',
    '(6.3: 0.78)',
  );
}

/** The model's optimum, billed whole, repaired as `harp plan` repairs what misses. */
function repaired(application) {
  const problem = poseProblem(application, 'whole');
  const plan = PLANNERS.optimal(problem);
  if (!plan.feasible) return undefined;
  const held = guaranteePlan(plan, problem, {
    promise: { attainment: TARGET, shiftMs: 0 },
    arrivals: 'poisson',
    fanOut: 'even',
    replay: replayOf(application, POISSON),
    poisson: undefined,
    planFor: PLANNERS.optimal,
    mostRequests: 200_000,
    isOver: () => false,
    complete: (made) => completePlan(made, application),
  });
  return held.feasible ? held.costPerHour : undefined;
}

function benchPipelines() {
  const workloads = benchmarkWorkloads();
  const seen = Array.from({ length: pipelines }, (_, index) => {
    const at = Math.floor((index * workloads.length) / pipelines);
    const { application, modules: parts, ...problem } = workloads[at - (at % 5) + (index % 5)];
    const loaded = {
      ...problem,
      name: application,
      modules: parts.map(({ name, points, after, perRequest }) =>
        moduleOf(name, points, { after, perRequest }),
      ),
    };
    const found = solve(loaded, POISSON, TARGET);
    if (!found.certified) return undefined;
    const fresh = attainmentOf(loaded, found.plan, freshArrivals / 4, 77_777);
    return { ...found, fresh, headroom: withHeadroom(loaded), repair: repaired(loaded) };
  }).filter((one) => one !== undefined);
  console.log(`\npipelines of the benchmark: ${pipelines}, ${seen.length} with a certified plan`);
  for (const [name, other] of [
    ['headroom on the rate until it holds', ({ headroom }) => headroom],
    ['the repair of plans of the model', ({ repair }) => repair],
  ]) {
    const ratios = seen.flatMap((one) => (other(one) ? [one.plan.costPerHour / other(one)] : []));
    bar(`cost over ${name}, mean of ${ratios.length}`, mean(ratios).toFixed(3), '< 1');
    const counts = [
      ratios.filter((r) => r < 1 - 1e-9),
      ratios.filter((r) => Math.abs(r - 1) <= 1e-9),
      ratios.filter((r) => r > 1 + 1e-9),
    ];
    bar('  cheaper, as dear, dearer', counts.map(({ length }) => length).join(', '));
  }
  bar(
    `least in time of ${freshArrivals / 4} fresh arrivals`,
    percent(Math.min(...seen.map(({ fresh }) => fresh)), 2),
    '≥ 98.9 %',
  );
  bar(
    'simulations, median',
    String(
      quantile(
        seen.map(({ simulations }) => simulations),
        0.5,
      ),
    ),
  );
  bar(
    'time, median',
    `${quantile(
      seen.map(({ tookMs }) => tookMs),
      0.5,
    ).toFixed(0)} ms`,
  );
}

const startMs = performance.now();
console.log(`Poisson arrivals, ${percent(TARGET)} in time, whole machines; seed ${seed}`);
benchModules('random modules', randomModule);
benchModules('modules of the benchmark', benchmarkModule);
benchPipelines();
console.log(`\n${((performance.now() - startMs) / 1000).toFixed(0)} s`);
