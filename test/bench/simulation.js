// How fast plans are simulated, with the summary that users see: through one module, through a pipeline for ten minutes, the
// policy alone; and that memory does not grow with the length of a run. Times are the processor's.
import { operatingPoints } from '../../dist/latency/operating-points.js';
import { PLANNERS } from '../../dist/planning/planners.js';
import { step } from '../../dist/policy/application-policy.js';
import { createPolicy } from '../../dist/policy/policy-state.js';
import { arrivalTimes } from '../../dist/simulation/arrivals/arrival-times.js';
import { runScenario } from '../../dist/simulation/run-scenario.js';
import { firstOf, setUp, simulatePlan } from '../../dist/simulation/simulate-plan.js';
import { watchRun } from '../../dist/simulation/summarize-run.js';

const PRICES = { gpu: { pricePerHour: 1 } };
const EXACT = { kind: 'exact' };
const POISSON = { kind: 'poisson' };
const RULES = { dispatch: 'planned', deadlines: 'planned', paced: false };
const ROUNDS = 5;

const pad = (value, width) => String(value).padStart(width);
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const millions = (count, ms) => `${(count / ms / 1000).toFixed(2)} million/s`;

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** @returns what it gave, and how much processor time it took, garbage collection included, ms: neighbours change it least */
function timed(work) {
  const startMs = cpuMs();
  const result = work();
  return { result, tookMs: cpuMs() - startMs };
}

/** d(b) = fixed + each·b, for the batch sizes that are given. */
const pointsOf = ({ fixedMs, eachMs, batchSizes }) =>
  batchSizes.map((batchSize) => ({
    hardware: 'gpu',
    cores: 1,
    batchSize,
    durationMs: fixedMs + eachMs * batchSize,
  }));

/** The plan of harpagon for modules, each with `after` and its durations. */
function planOf({ rateRps, sloMs, modules }) {
  const plan = PLANNERS.harpagon(
    {
      application: 'bench',
      rateRps,
      sloMs,
      billing: 'proportional',
      hardware: PRICES,
      modules: modules.map(({ name, after, ...durations }) => ({
        ...{ name, after, perRequest: 1, rateRps },
        points: operatingPoints(pointsOf(durations), PRICES),
      })),
    },
    { dummies: true },
  );
  const serviceTimes = new Map(
    modules.map(({ name, ...durations }) => [
      name,
      pointsOf(durations).map((point) => ({ ...point, tailMs: point.durationMs })),
    ]),
  );
  return {
    ...plan,
    modules: plan.modules.map((module) => ({ ...module, serviceTimes: serviceTimes.get(module.name) })),
  };
}

const scenarioOf = (plan, conditions) => ({
  ...{ plan, arrivals: POISSON, rateRps: plan.rateRps, sloMs: plan.sloMs, seed: 1, times: EXACT },
  ...{ lastsMs: Number.POSITIVE_INFINITY, requests: Number.POSITIVE_INFINITY, ...conditions },
});

const oneModule = (batchSize) =>
  planOf({
    ...{ rateRps: 2000, sloMs: 200 },
    modules: [{ name: 'module', after: [], fixedMs: 4, eachMs: 1, batchSizes: [batchSize] }],
  });

const PIPELINE = planOf({
  ...{ rateRps: 1000, sloMs: 600 },
  modules: [
    ['a', [], 10],
    ['b', ['a'], 8],
    ['c', ['a'], 14],
    ['d', ['b', 'c'], 6],
    ['e', ['d'], 9],
  ].map(([name, after, fixedMs]) => ({
    name,
    after,
    fixedMs,
    eachMs: 1.5,
    batchSizes: [1, 2, 4, 8, 16, 32],
  })),
});

console.log('one module, Poisson, with the summary (median of rounds)');
for (const batchSize of [32, 1]) {
  const scenario = scenarioOf(oneModule(batchSize), { requests: 500_000 });
  const rounds = Array.from({ length: ROUNDS }, () => timed(() => runScenario(scenario, RULES)));
  const { meanBatch } = rounds[0].result.modules[0];
  const took = median(rounds.map(({ tookMs }) => tookMs));
  console.log(
    `  batches of ${pad(batchSize, 2)}  ${millions(500_000, took)} requests  (mean batch ${meanBatch.toFixed(1)})`,
  );
}

const { result, tookMs } = timed(() => runScenario(scenarioOf(PIPELINE, { lastsMs: 600_000 }), RULES));
console.log(`\npipeline of 5 modules, 1,000 requests/s for 600 s, ${result.machines.length} machines`);
console.log(
  `  ${(tookMs / 1000).toFixed(2)} s for ${result.requests} requests, ${(100 * result.attainment).toFixed(2)} % in time`,
);

/** The policy without a simulator: evenly spaced arrivals at one module, the next end of a batch found by looking. */
function stepAlone(plan, arrivals) {
  const { config, workers } = setUp({ plan });
  const state = createPolicy(config);
  const [module] = config.modules;
  const ends = workers.map(() => Number.POSITIVE_INFINITY);
  const gapMs = 1000 / plan.rateRps;
  let events = 0;
  let decided = 0;
  let timerMs = Number.POSITIVE_INFINITY;
  const deliver = (event, nowMs) => {
    const decisions = step(state, event, nowMs);
    events += 1;
    decided += decisions.length;
    timerMs = Number.POSITIVE_INFINITY;
    for (const decision of decisions) {
      if (decision.kind === 'wait') timerMs = decision.untilMs;
      if (decision.kind !== 'start') continue;
      const { type } = workers[decision.worker];
      ends[decision.worker] = nowMs + module.machineTypes[type].tailMs[decision.tasks.length];
    }
  };
  for (const { id } of workers) deliver({ kind: 'up', module: 0, worker: id }, 0);
  for (let request = 0; request < arrivals; ) {
    const arrivalMs = request * gapMs;
    const endMs = Math.min(...ends);
    const nowMs = Math.min(arrivalMs, endMs, timerMs);
    if (nowMs === endMs) {
      const worker = ends.indexOf(endMs);
      ends[worker] = Number.POSITIVE_INFINITY;
      deliver({ kind: 'done', module: 0, worker }, nowMs);
    } else if (nowMs === arrivalMs) {
      deliver({ kind: 'arrival', requests: [request++], route: 0, deadlineMs: nowMs + plan.sloMs }, nowMs);
    } else deliver({ kind: 'timer' }, nowMs);
  }
  return { events, decided };
}

console.log('\nthe policy alone, one module');
for (const batchSize of [32, 1]) {
  const plan = oneModule(batchSize);
  const rounds = Array.from({ length: ROUNDS }, () => timed(() => stepAlone(plan, 300_000)));
  const took = median(rounds.map((round) => round.tookMs));
  const { events, decided } = rounds[0].result;
  console.log(
    `  batches of ${pad(batchSize, 2)}  ${millions(decided, took)} decisions, ${millions(events, took)} events`,
  );
}

/** The heap at the end of a run of so many requests, while it still stands. */
function heapMiB(requests) {
  const { plan, arrivals, rateRps, sloMs, ...run } = scenarioOf(oneModule(32), {});
  const setup = setUp({ plan });
  const watch = watchRun(plan, setup, sloMs, 1000);
  const next = firstOf(requests, arrivalTimes(arrivals, rateRps, run.seed));
  let heap = 0;
  const nextSentMs = () => {
    const timeMs = next();
    if (timeMs === Number.POSITIVE_INFINITY && heap === 0) {
      globalThis.gc();
      heap = process.memoryUsage().heapUsed;
    }
    return timeMs;
  };
  const jittered = { kind: 'jitter', cv: 0.02 };
  const endMs = simulatePlan({ ...run, plan, sloMs, nextSentMs, times: jittered }, watch.observer, setup);
  watch.seen(endMs);
  return heap / 2 ** 20;
}

console.log('\nheap at the end of a run, one module, batches of 32');
for (const requests of [1e5, 1e6, 1e7])
  console.log(`  ${pad(requests, 9)} requests  ${heapMiB(requests).toFixed(1)} MiB`);
