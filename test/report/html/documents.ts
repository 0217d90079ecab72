/** A small document of every kind that a report can show. */

import type {
  ApplicationComparison,
  BenchmarkComparison,
  CostOverSlo,
} from '../../../src/domain/comparison.ts';
import type { LiveReport } from '../../../src/domain/live-report.ts';
import type { LoadResult } from '../../../src/domain/load.ts';
import type { FeasiblePlan, InfeasiblePlan } from '../../../src/domain/plan.ts';
import type { Profile } from '../../../src/domain/profile.ts';
import type { ReportDocument } from '../../../src/domain/report-document.ts';
import type { ScalingExperiment } from '../../../src/domain/scaling-experiment.ts';
import type { ServerStatistics } from '../../../src/domain/server-statistics.ts';
import type { SimulationComparison, SimulationResult } from '../../../src/domain/simulation.ts';
import { fitLatency } from '../../../src/latency/fit-latency.ts';
import { PUBLISHED } from '../../../src/planning/benchmark/published.ts';
import { planOf } from '../../plan-of.ts';

const POINTS = [1, 2].flatMap((cores) =>
  [1, 2, 4].map((batchSize) => ({
    hardware: 'local',
    cores,
    batchSize,
    durationMs: (12 * batchSize) / cores + (batchSize === 2 ? 4 : 3),
  })),
);

export const measuredProfile: Profile = {
  schemaVersion: 1,
  kind: 'profile',
  model: { name: 'resnet' },
  points: POINTS.map((point) => ({
    ...point,
    latencyMs: {
      mean: point.durationMs,
      p50: point.durationMs * 0.98,
      p95: point.durationMs,
      p99: point.durationMs * 1.1,
      min: point.durationMs * 0.9,
      max: point.durationMs * 1.3,
      stddev: 0.2,
    },
    runs: 40,
    stable: point.batchSize < 4,
    memoryMiB: 100,
    otherLoad: 0.01,
  })),
  statistic: 'p95',
  machine: { cpuModel: 'a CPU', cores: 2, memoryMiB: 4000 },
  runtime: { provider: 'cpu', onnxruntime: '1.2.3' },
  measuredAt: '2026-11-22T00:00:00Z',
  skipped: [{ hardware: 'local', cores: 2, batchSize: 8, reason: 'out of memory' }],
  fit: fitLatency(POINTS, 'p95')!,
};

/** The least that is a profile. */
export const handWrittenProfile: Profile = {
  schemaVersion: 1,
  kind: 'profile',
  model: { name: 'by-hand' },
  points: [{ hardware: 'gpu-of-nobody', cores: 1, batchSize: 8, durationMs: 250 }],
};

export const emptyProfile: Profile = { ...handWrittenProfile, points: [] };

export const plan: FeasiblePlan = {
  ...planOf('street', [
    { name: 'detect', machines: 2.5, budgetMs: 200 },
    { name: 'plate', after: ['detect'], machines: 20, budgetMs: 300 },
  ]),
  explanation: {
    modules: [
      {
        name: 'detect',
        bindingRank: 1,
        path: ['detect', 'plate'],
        slackMs: 12,
        leading: { hardware: 'local', cores: 1, batchSize: 4 },
        runnerUp: { hardware: 'local', cores: 1, batchSize: 2, extraPerHour: 0.5 },
      },
    ],
    costOverSlo: [
      { sloMs: 250, costPerHour: 40 },
      { sloMs: 500, costPerHour: 1 },
      { sloMs: 750, costPerHour: 0.9 },
    ],
    complete: true,
  },
};

export const noPlan: InfeasiblePlan = {
  schemaVersion: 1,
  kind: 'plan',
  application: 'street',
  planner: 'optimal',
  feasible: false,
  rateRps: 100,
  sloMs: 5,
  billing: 'whole',
  reason: { code: 'slo-too-tight', where: 'detect', message: 'detect needs more than 5 ms' },
};

const OUTCOMES = { requests: 100, served: 90, late: 4, expired: 3, shed: 2, failed: 1 };

export const simulation: SimulationResult = {
  schemaVersion: 1,
  kind: 'simulation',
  application: 'street',
  planned: { rateRps: 100, sloMs: 500, worstCaseMs: 100, costPerHour: 1 },
  rateRps: 100,
  sloMs: 500,
  arrivals: 'poisson',
  serviceTimes: 'exact',
  fanOut: 'even',
  seed: 1,
  rules: { dispatch: 'planned', deadlines: 'planned', paced: false },
  durationMs: 2000,
  ...OUTCOMES,
  attainment: 0.9,
  goodputRps: 45,
  latencyMs: { mean: 40, p50: 35, p95: 90, p99: 140, max: 620 },
  histogram: [
    { fromMs: 0, toMs: 310, count: 90 },
    { fromMs: 310, toMs: 620, count: 4 },
  ],
  shedBecause: { full: 2 },
  modules: [
    { name: 'detect', batches: 30, meanBatch: 3.2, busyFraction: 0.6, leftBecause: { full: 30 }, expired: 3 },
    { name: 'plate', batches: 0, meanBatch: 0, busyFraction: 0, leftBecause: {}, expired: 0 },
  ],
  machines: ['detect', 'plate'].map((module, rank) => ({
    module,
    worker: 0,
    rank: 1,
    hardware: 'local',
    cores: 1,
    batchSize: 4,
    batches: 30 * (1 - rank),
    meanBatch: 3.2 * (1 - rank),
    busyFraction: 0.6 * (1 - rank),
  })),
  coreSeconds: 4,
  timeline: [0, 1000].map((timeMs) => ({
    timeMs,
    sent: 50,
    requests: 50,
    served: 45,
    late: 2,
    expired: 1,
    shed: 1,
    failed: 1,
    attainment: 0.9,
    queue: timeMs === 0 ? 7 : 0,
    violations: 5,
    feasible: timeMs > 0,
    cores: 2,
    batchSize: timeMs === 0 ? 3.2 : 0,
  })),
};

/** A run without requests. */
export const nothingSimulated: SimulationResult = {
  ...simulation,
  requests: 0,
  served: 0,
  late: 0,
  expired: 0,
  shed: 0,
  failed: 0,
  latencyMs: undefined,
  histogram: [],
  machines: [],
  timeline: [],
};

export const rules: SimulationComparison = {
  ...simulation,
  kind: 'simulation-comparison',
  runs: [
    simulation,
    { ...nothingSimulated, machines: simulation.machines, rules: { ...simulation.rules, dispatch: 'eager' } },
  ],
};

export const load: LoadResult = {
  schemaVersion: 1,
  kind: 'load',
  url: 'http://127.0.0.1:8000',
  protocol: 'rest-binary',
  model: 'street',
  rateRps: 100,
  arrivals: 'poisson',
  rows: 1,
  sloMs: 500,
  seed: 1,
  planned: { rateRps: 100, sloMs: 500, worstCaseMs: 100, costPerHour: 1 },
  durationS: 2,
  intendedRps: 99,
  achievedRps: 99,
  sent: 198,
  served: 180,
  late: 6,
  shed: 5,
  expired: 4,
  failed: 3,
  failures: { 500: 2, ECONNRESET: 1 },
  failureMessages: { 500: 'out of memory' },
  attainment: 180 / 198,
  goodputRps: 90,
  latencyMs: { mean: 41, p50: 36, p90: 80, p95: 95, p99: 150, p999: 600, max: 630 },
  histogram: [
    { upToMs: 39, count: 100 },
    { upToMs: 680, count: 86 },
  ],
  timeline: [
    {
      timeMs: 0,
      sent: 99,
      served: 90,
      late: 3,
      shed: 3,
      expired: 2,
      failed: 1,
      p50Ms: 36,
      maxMs: 300,
      meanBatch: 3,
      unanswered: 4,
    },
    { timeMs: 1000, sent: 99, served: 90, late: 3, shed: 2, expired: 2, failed: 2, unanswered: 0 },
  ],
  meanBatch: 3,
  meanQueueMs: 10,
  meanComputeMs: 9,
  clientLagMs: { p50: 0.1, p99: 0.4 },
  clientBusyFraction: 0.2,
  clientWasLimit: false,
  warnings: ['a doubt'],
  gate: { maxViolations: '1%', violations: 18, passed: false },
  carried: {
    attainment: 0.9,
    rateRps: 100,
    tried: [
      { rateRps: 200, attainment: 0.4, goodputRps: 80, clientWasLimit: true },
      { rateRps: 100, attainment: 0.909, goodputRps: 90, p99Ms: 150, clientWasLimit: false },
    ],
  },
};

export const unanswered: LoadResult = {
  ...load,
  gate: undefined,
  failureMessages: {},
  carried: undefined,
  planned: undefined,
  latencyMs: undefined,
  histogram: [],
  timeline: [],
  meanBatch: undefined,
  warnings: [],
};

export const live: LiveReport = {
  schemaVersion: 1,
  kind: 'live',
  version: '1',
  at: '2026-11-22T00:01:00Z',
  startedAt: '2026-11-22T00:00:00Z',
  state: 'ready',
  recentS: 10,
  plan: {
    application: 'street',
    planner: 'hand',
    rateRps: 100,
    sloMs: 500,
    worstCaseMs: 100,
    costPerHour: 1,
    cores: 3,
  },
  series: {
    offered: [98, 102],
    served: [97, 98],
    late: [0, 1],
    shed: [1, 0],
    expired: [0, 2],
    failed: [0, 1],
    cancelled: [0, 0],
    busyCores: [1.5, 2],
    p50Ms: [30, null],
    p99Ms: [80, null],
    maxMs: [90, null],
  },
  recent: { offeredRps: 100, servedRps: 98, attainment: 0.98, latencyMs: null },
  latencyMs: { p50: 30, p99: 80, max: 90 },
  totals: { offered: 200, served: 195, late: 1, shed: 1, expired: 2, failed: 1, cancelled: 0 },
  modules: [
    {
      name: 'detect',
      rateRps: 100,
      directRps: 0,
      plannedRateRps: 100,
      batchSize: null,
      plannedBatchSize: 4,
      fullBatchSizes: [4],
      batchSizes: [1, 0, 3, 40],
      durationMs: null,
      plannedDurationMs: null,
      busy: 0.5,
      plannedBusy: 0.6,
      queued: [3, 0],
    },
  ],
  workers: [],
  notices: [],
};

const none = { count: 0, ns: 0 };
export const statistics: ServerStatistics & { readonly kind: 'statistics' } = {
  kind: 'statistics',
  model_stats: [
    {
      name: 'street',
      inference_count: 8,
      execution_count: 3,
      inference_stats: {
        success: { count: 8, ns: 80e6 },
        fail: none,
        queue: { count: 8, ns: 8e6 },
        compute_infer: none,
      },
      batch_stats: [{ batch_size: 4, compute_infer: { count: 2, ns: 1e6 } }],
    },
    {
      name: 'idle',
      inference_count: 0,
      execution_count: 0,
      inference_stats: { success: none, fail: none, queue: none, compute_infer: none },
      batch_stats: [],
    },
  ],
};

export const comparison: ApplicationComparison = {
  schemaVersion: 1,
  kind: 'application-comparison',
  application: 'street',
  rateRps: 100,
  sloMs: 500,
  billing: 'whole',
  planners: [
    { planner: 'optimal', costToOptimal: 1, solveMs: 2, plan },
    { planner: 'clipper', costToOptimal: null, solveMs: 0.1, plan: noPlan },
  ],
};

export const sweep: CostOverSlo = {
  schemaVersion: 1,
  kind: 'cost-over-slo',
  application: 'street',
  rateRps: 100,
  billing: 'proportional',
  slosMs: [100, 300, 900],
  planners: [
    { planner: 'optimal', costsPerHour: [40, 2, 1] },
    { planner: 'harpagon', costsPerHour: [null, 2.2, 1] },
    { planner: 'clipper', costsPerHour: [null, null, null] },
  ],
};

export const benchmark: BenchmarkComparison = {
  schemaVersion: 1,
  kind: 'benchmark-comparison',
  workloads: 20,
  planners: [
    {
      planner: 'optimal',
      solved: 1,
      equalToOptimal: 1,
      proven: 1,
      costToOptimal: { mean: 1, median: 1, worst: 1 },
      costToHarpagon: null,
      runtimeMs: { p50: 1, p99: 9 },
    },
  ],
  ablations: [],
  harpagonGaps: [],
  looseness: [],
  published: PUBLISHED,
};

export const scaling: ScalingExperiment = {
  schemaVersion: 1,
  kind: 'scaling-experiment',
  model: 'yolo',
  rateRps: 20,
  sloMs: 1000,
  durationS: 2,
  networkTrace: 'synthetic',
  requestBytes: 300_000,
  mostCores: 16,
  mostBatch: 8,
  margin: 0.1,
  batchMargin: 0.1,
  intervalMs: 1000,
  coldStartMs: 0,
  runs: 2,
  seed: 1,
  conditions: [
    {
      arrivals: 'burst',
      serviceTimes: 'exact',
      best: { violationShare: 0, meanCores: 5 },
      outcomes: ['sponge', 'static:16'].map((policy, index) => ({
        policy,
        requests: 80,
        served: 79,
        late: 1 - index,
        expired: index,
        shed: 0,
        violationShare: index === 0 ? 1 / 80 : 0,
        meanCores: 7 + 9 * index,
        coreSeconds: 14 + 18 * index,
        resizes: 2 - index,
        timeline: [0, 1000].map((timeMs) => ({
          timeMs,
          cores: 7 + 9 * index,
          instances: 1,
          batchSize: 8,
          feasible: true,
          queue: 3,
          violations: timeMs / 1000,
          networkMs: 120,
        })),
      })),
    },
    {
      arrivals: 'poisson',
      serviceTimes: 'jitter:0.06',
      outcomes: [
        {
          policy: 'sponge',
          requests: 80,
          served: 80,
          late: 0,
          expired: 0,
          shed: 0,
          violationShare: 0,
          meanCores: 7,
          coreSeconds: 14,
          resizes: 2,
        },
      ],
    },
  ],
};

/** All of them, and those that say the least. */
export const everything: ReportDocument[] = [
  measuredProfile,
  handWrittenProfile,
  emptyProfile,
  plan,
  noPlan,
  simulation,
  nothingSimulated,
  rules,
  load,
  unanswered,
  live,
  statistics,
  comparison,
  { ...comparison, sloMs: 250 },
  sweep,
  benchmark,
  scaling,
].map((document, index) => ({ file: `${index}.json`, document }));
