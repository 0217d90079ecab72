// What the chosen sweep saves beside measuring every point, and what it costs in truth: a full grid is swept once (or taken
// from a profile that holds one), then the chosen sweep is replayed over its measurements, so that both see the same machine.
// Prints per model the points measured, the share of the time, the largest error of a predicted point, how many were off by
// more than they and the measurement of the point itself state, and by how much the cost of plans differs: from the chosen profile's durations instead of all measured ones.
//
// Usage: node sweep.js [PROFILE.json | MODEL.onnx]…   the profiles that come with harp, and made-up engines, by default
//   A model is swept for real, over --batch-sizes 1,2,4,8,12,16,24,32 and all cores, which takes minutes. A profile that holds
//   predicted points is no full grid, and refused.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { frontier } from '../../dist/latency/frontier.js';
import { operatingPoints } from '../../dist/latency/operating-points.js';
import { seededRandom } from '../../dist/numeric/prng.js';
import { solveOptimal } from '../../dist/planning/optimal/plan-optimal.js';
import { nextConfig, predictUnmeasured } from '../../dist/profiling/next-config.js';

const SIZES = [1, 2, 4, 8, 12, 16, 24, 32];
/** Of a fresh process, until the model runs. */
const START_MS = 700;
const WARM_UP_MS = 250;
const STATISTICS = ['mean', 'p50', 'p95', 'p99'];
/** Asked of every plan: rates in what one core serves at batch 1, SLOs in the duration of that. */
const RATES = [0.3, 0.8, 2, 5, 20];
const SLOS = [3, 6, 12, 40];

const root = new URL('../../', import.meta.url);
const shipped = fileURLToPath(new URL('profiles/', root));

const bothFrom = (file) => {
  const { model, points, statistic = 'p95' } = JSON.parse(readFileSync(file, 'utf8'));
  if (points.some(({ predicted }) => predicted))
    throw new Error(`${file} was not measured with --exhaustive`);
  return { name: model.name, points: points.map(evidence), statistic };
};

/** Published points have a duration only: it stands for all figures, and counts as measured in a second. */
function evidence(point) {
  const { durationMs } = point;
  const latencyMs = point.latencyMs ?? Object.fromEntries(STATISTICS.map((figure) => [figure, durationMs]));
  const runs = point.runs ?? Math.max(20, Math.ceil(1000 / durationMs));
  return { ...point, latencyMs, runs, stable: true };
}

function sweptForReal(model) {
  const folder = mkdtempSync(join(tmpdir(), 'harp-sweep-'));
  const out = join(folder, 'full.profile.json');
  const sizes = SIZES.join(',');
  const args = ['profile', model, '--exhaustive', '--batch-sizes', sizes, '--allow-unstable', '--out', out];
  execFileSync(process.execPath, [fileURLToPath(new URL('bin/run.js', root)), ...args], { stdio: 'ignore' });
  const both = bothFrom(out);
  rmSync(folder, { recursive: true });
  return both;
}

/** @param durationMs of b requests on c cores; measured with some noise */
function madeUp(name, cores, durationMs) {
  const { normal } = seededRandom(1);
  const points = cores.flatMap((c) =>
    [1, 2, 4, 8, 16, 32, 64, 128].map((b) => {
      const ms = durationMs(b, c) * (1 + 0.01 * normal());
      return evidence({ cores: c, batchSize: b, durationMs: ms });
    }),
  );
  return { name, points, statistic: 'p95' };
}

function replay({ name, points, statistic }) {
  const grid = points.map(({ cores, batchSize }) => ({ cores, batchSize }));
  const find = (config) =>
    points.find(({ cores, batchSize }) => cores === config.cores && batchSize === config.batchSize);
  const swept = [];
  const state = { grid, kept: [], swept, statistic };
  const orders = { exhaustive: false, wanted: [] };
  for (let next = nextConfig(state, orders); next; next = nextConfig(state, orders)) {
    swept.push({ config: next, outcome: { kind: 'measured', ...find(next) } });
  }
  const predicted = predictUnmeasured(state).map(({ config, durationMs, spreadMs }) => {
    const found = find(config);
    const trueMs = found.latencyMs[statistic];
    const error = durationMs[statistic] - trueMs;
    return {
      ...config,
      durationMs: durationMs[statistic],
      error: error / trueMs,
      isOff: Math.abs(error) > spreadMs[statistic] + (found.spreadMs?.[statistic] ?? 0),
    };
  });
  const all = points.map((point) => ({ ...point, durationMs: point.latencyMs[statistic] }));
  const chosen = [
    ...swept.map(({ config }) => ({ ...config, durationMs: find(config).latencyMs[statistic] })),
    ...predicted,
  ];
  const tookMs = (measured) =>
    measured.reduce((sum, { runs, latencyMs }) => sum + START_MS + WARM_UP_MS + runs * latencyMs.mean, 0);
  const costs = costDifferences(all, chosen);
  return {
    name,
    measured: `${swept.length} of ${points.length}`,
    time: tookMs(swept.map(({ config }) => find(config))) / tookMs(points),
    seconds: tookMs(points) / 1000,
    largest: Math.max(0, ...predicted.map(({ error }) => Math.abs(error))),
    off: `${predicted.filter(({ isOff }) => isOff).length} of ${predicted.length}`,
    ...costs,
  };
}

/** Over rates and SLOs: the cost of the plan from all measured points beside that from the chosen ones. */
function costDifferences(all, chosen) {
  const hardware = { local: { pricePerHour: 1, cores: Math.max(...all.map(({ cores }) => cores)) } };
  const problem = (points, rateRps, sloMs) => {
    const named = points.map(({ cores, batchSize, durationMs }) => ({
      hardware: 'local',
      cores,
      batchSize,
      durationMs,
    }));
    const module = { name: 'm', after: [], perRequest: 1, rateRps };
    const best = frontier(operatingPoints(named, hardware), hardware);
    return {
      application: 'm',
      rateRps,
      sloMs,
      billing: 'proportional',
      hardware,
      modules: [{ ...module, points: best }],
    };
  };
  const single = all.reduce((a, b) => (b.batchSize * b.cores < a.batchSize * a.cores ? b : a)).durationMs;
  const differences = [];
  let otherwise = 0;
  for (const rate of RATES) {
    for (const slo of SLOS) {
      const costOf = (points) => {
        const { plan } = solveOptimal(problem(points, (rate * 1000) / single, slo * single), {
          dummies: true,
        });
        return plan.feasible ? plan.costPerHour : undefined;
      };
      const [a, b] = [costOf(all), costOf(chosen)];
      if ((a === undefined) !== (b === undefined)) otherwise++;
      else if (a !== undefined) differences.push(Math.abs(b / a - 1));
    }
  }
  differences.sort((x, y) => x - y);
  return { median: differences[differences.length >> 1] ?? 0, most: differences.at(-1) ?? 0, otherwise };
}

const given = process.argv
  .slice(2)
  .map((file) => (file.endsWith('.onnx') ? sweptForReal(file) : bothFrom(file)));
const isMeasured = (name) =>
  name.endsWith('.profile.json') && !name.startsWith('synthetic') && !name.startsWith('yolo');
const defaults = () => [
  ...readdirSync(shipped)
    .filter(isMeasured)
    .map((name) => bothFrom(join(shipped, name))),
  madeUp('work that cores share', [1, 2, 4, 8], (b, c) => (7 * b) / c + 0.5),
  madeUp("Sponge's form", [1, 2, 4, 8], (b, c) => (3 * b + 20) / c + 0.5 * b + 2),
  madeUp('an accelerator', [1], (b) => Math.max(1.5, 0.2 * b) + 0.02 * b + 0.3),
  madeUp('slower from batch 8 on', [1, 2, 4, 8], (b, c) => ((7 * b) / c + 0.5) * (b >= 8 ? 1.25 : 1)),
];

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const columns = [
  ['model', 24, ({ name }) => name],
  ['measured', 10, ({ measured }) => measured],
  ['time', 8, ({ time }) => percent(time)],
  ['of s', 7, ({ seconds }) => seconds.toFixed(0)],
  ['largest error', 15, ({ largest }) => percent(largest)],
  ['beyond stated', 15, ({ off }) => off],
  ['cost: median', 14, ({ median }) => percent(median)],
  ['most', 8, ({ most }) => percent(most)],
  ['only one feasible', 19, ({ otherwise }) => String(otherwise)],
];
const line = (cells) =>
  console.log(
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(columns[0][1]) : cell.padStart(columns[index][1])))
      .join(''),
  );
line(columns.map(([title]) => title));
for (const each of given.length > 0 ? given : defaults()) {
  const row = replay(each);
  line(columns.map(([, , text]) => text(row)));
}
