// How long planning takes: over the benchmark, and over seeded chains and random DAGs of growing size. Every problem is
// solved in this process, with the time limit that `harp plan` has by default.
import { parseArgs } from 'node:util';
import { operatingPoints } from '../../dist/latency/operating-points.js';
import { seededRandom } from '../../dist/numeric/prng.js';
import { benchmarkWorkloads } from '../../dist/planning/benchmark/workloads.js';
import { solveOptimal } from '../../dist/planning/optimal/plan-optimal.js';
import { PLANNERS } from '../../dist/planning/planners.js';

const { values } = parseArgs({ options: { instances: { type: 'string', default: '3' } } });
const LIMIT_MS = 2000;
const MODULES = [2, 5, 10, 20, 50];
const POINTS = [10, 30, 100];
const HARDWARE = { a: { pricePerHour: 0.5 }, b: { pricePerHour: 1 }, c: { pricePerHour: 3 } };
const SPEED = { a: 1, b: 2.4, c: 8 };

const quantile = (values, share) => values.toSorted((x, y) => x - y)[Math.ceil(share * values.length) - 1];

function solve(problem) {
  const startMs = performance.now();
  const endMs = startMs + LIMIT_MS;
  const { plan, lowerBoundPerHour, proven } = solveOptimal(problem, {
    dummies: true,
    expired: () => performance.now() > endMs,
  });
  const gap = plan.feasible ? plan.costPerHour / lowerBoundPerHour - 1 : Number.NaN;
  return { tookMs: performance.now() - startMs, proven, gap };
}

/** Durations that grow a little less than the batch, with some noise, on three kinds of hardware. */
function randomPoints(random, count) {
  const base = 5 + 45 * random.uniform();
  const points = Array.from({ length: count }, (_, index) => {
    const hardware = 'abc'[index % 3];
    const batchSize = 1 + Math.floor(index / 3);
    const durationMs =
      (base / SPEED[hardware]) * (0.4 + 0.6 * batchSize ** 0.9) * (0.95 + 0.1 * random.uniform());
    return { hardware, cores: 1, batchSize, durationMs };
  });
  return operatingPoints(points, HARDWARE);
}

/** A chain, or a DAG in which every module but the first waits for one or two earlier ones. */
function randomProblem(random, kind, modules, points) {
  const earlier = (index) => Math.floor(random.uniform() * index);
  const parents = (index) => {
    if (index === 0) return [];
    if (kind === 'chain') return [index - 1];
    return [...new Set([earlier(index), earlier(index)])];
  };
  const rateRps = 50 + 150 * random.uniform();
  const made = Array.from({ length: modules }, (_, index) => ({
    name: `m${index}`,
    after: parents(index).map((parent) => `m${parent}`),
    perRequest: 1,
    rateRps,
    points: randomPoints(random, points),
  }));
  const ends = new Map();
  for (const { name, after, points } of made) {
    const fastest = Math.min(...points.map(({ durationMs }) => durationMs));
    ends.set(name, fastest + Math.max(0, ...after.map((parent) => ends.get(parent))));
  }
  const sloMs = Math.max(...ends.values()) * (1.5 + 4 * random.uniform());
  return { application: kind, rateRps, sloMs, billing: 'proportional', hardware: HARDWARE, modules: made };
}

const workloads = benchmarkWorkloads();
for (const problem of workloads.slice(0, 50)) solve(problem); // compiles the code
const solved = workloads.map(solve);
const times = solved.map(({ tookMs }) => tookMs);
for (const problem of workloads.slice(0, 50)) PLANNERS.harpagon(problem);
const heuristic = workloads.map((problem) => {
  const startMs = performance.now();
  PLANNERS.harpagon(problem);
  return performance.now() - startMs;
});
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
console.log(`the benchmark, ${workloads.length} workloads`);
console.log(
  `  optimal   p50 ${ms(quantile(times, 0.5))}  p99 ${ms(quantile(times, 0.99))}  proven ${((100 * solved.filter(({ proven }) => proven).length) / solved.length).toFixed(2)} %`,
);
console.log(`  harpagon  p50 ${ms(quantile(heuristic, 0.5))}  p99 ${ms(quantile(heuristic, 0.99))}`);

console.log('\nkind   modules  points   median     worst  proven  largest gap');
for (const kind of ['chain', 'dag']) {
  for (const modules of MODULES) {
    for (const points of POINTS) {
      const random = seededRandom(modules * 1000 + points);
      const runs = Array.from({ length: Number(values.instances) }, () =>
        solve(randomProblem(random, kind, modules, points)),
      );
      const tooks = runs.map(({ tookMs }) => tookMs);
      const proven = `${runs.filter((run) => run.proven).length}/${runs.length}`;
      const gap = `${(100 * Math.max(...runs.map((run) => run.gap))).toFixed(3)} %`;
      console.log(
        [
          kind.padEnd(5),
          String(modules).padStart(8),
          String(points).padStart(7),
          ms(quantile(tooks, 0.5)).padStart(8),
          ms(Math.max(...tooks)).padStart(9),
          proven.padStart(7),
          gap.padStart(12),
        ].join(' '),
      );
    }
  }
}
