/** Compares planners: on one application, over its SLOs, or on the benchmark. */
import { setImmediate } from 'node:timers/promises';
import type { LoadedApplication } from '../domain/application.ts';
import type { ApplicationComparison, BenchmarkComparison, CostOverSlo } from '../domain/comparison.ts';
import { HarpError } from '../domain/errors.ts';
import type { Billing } from '../domain/plan.ts';
import type { Statistic } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { relativeTo } from '../files/save-plan.ts';
import { assertWritable, writeJsonFile } from '../files/write-file.ts';
import type { Contender } from '../planning/benchmark/attempt.ts';
import { comparePlans, costOverSlo, costsOf, slosBetween } from '../planning/compare-plans.ts';
import { asAsked, poseProblem } from '../planning/pose-problem.ts';
import type { PlanningProblem } from '../planning/problem.ts';
import { compareOnBenchmark } from './compare-on-benchmark.ts';
import { clock, contenders, seenToHold } from './contenders.ts';
import { loadArrivals } from './load-arrivals.ts';
import { planBySimulation } from './plan-by-simulation.ts';
import type { Progress } from './progress.ts';
import { bar } from './progress-bar.ts';
import { attainmentOf, endless, type PromiseRequest } from './verify-plan.ts';

export interface ComparisonRequest {
  /** An application's file, a profile's, or "-"; undefined for the benchmark. */
  readonly application: string | undefined;
  /** How many of the benchmark's workloads; undefined where an application is compared. */
  readonly workloads: number | undefined;
  readonly rateRps: number | undefined;
  readonly sloMs: number | undefined;
  /** The application's by default. */
  readonly reserveMs: number | undefined;
  /** Costs over SLOs from `fromMs` to `toMs` instead. */
  readonly sweep: { readonly fromMs: number; readonly toMs: number; readonly steps: number } | undefined;
  readonly billing: Billing;
  readonly statistic: Statistic | undefined;
  readonly dummies: boolean;
  readonly pricesFile: string | undefined;
  /** For the optimum of each problem, and for the replays and repairs of each plan. */
  readonly timeLimitMs: number;
  /** What a replay of each plan must show, and plans by simulation keep; absent where the model's word suffices. */
  readonly promise?: PromiseRequest;
  readonly out: string | undefined;
}

type Comparison = ApplicationComparison | CostOverSlo | BenchmarkComparison;

/** @throws HarpError `usage` unless exactly one of application and benchmark is asked for */
export async function runCompare(request: ComparisonRequest, progress: Progress): Promise<Comparison> {
  const { application, workloads, out } = request;
  if ((application === undefined) === (workloads === undefined)) {
    throw new HarpError('usage', 'what is to be compared', {
      expected: 'either an application or --benchmark',
      got: application === undefined ? 'neither' : 'both',
      hint: 'Try: harp compare --benchmark',
    });
  }
  if (out !== undefined) assertWritable(out);
  const comparison =
    application === undefined
      ? await compareOnBenchmark(workloads!, request.timeLimitMs, progress)
      : await compareOn(application, request, progress);
  if (out !== undefined) writeJsonFile(out, comparison);
  return comparison;
}

async function compareOn(
  application: string,
  request: ComparisonRequest,
  progress: Progress,
): Promise<ApplicationComparison | CostOverSlo> {
  const { billing, sweep } = request;
  // An application that is swept needs no SLO of its own.
  const loaded = loadApplication(application, { ...request, sloMs: sweep?.toMs ?? request.sloMs });
  for (const warning of loaded.warnings ?? []) progress.warn(warning);
  if (sweep !== undefined) {
    const problemAt = (sloMs: number) => poseProblem({ ...loaded, sloMs }, billing);
    const slosMs = slosBetween(sweep.fromMs, sweep.toMs, sweep.steps);
    return compareOverSlos(problemAt, slosMs, contenders(request), progress);
  }
  const all = request.promise === undefined ? contenders(request) : seenToHold(loaded, request, progress);
  const comparison = comparePlans(poseProblem(loaded, billing), all, clock);
  const simulated = request.promise && compareSimulated(loaded, request, request.promise, comparison);
  progress.stop();
  const planners = [...comparison.planners, ...(simulated?.planners ?? [])].map((found) => ({
    ...found,
    plan: relativeTo('.', asAsked(found.plan, loaded)),
  }));
  return { ...comparison, ...reserved(loaded), sloMs: loaded.sloMs, ...simulated, planners };
}

/** The plan by simulation beside those of the model. */
function compareSimulated(
  loaded: LoadedApplication,
  { billing, timeLimitMs }: ComparisonRequest,
  promise: PromiseRequest,
  { planners }: ApplicationComparison,
): Pick<ApplicationComparison, 'planners' | 'simulatedUnder'> {
  const attainment = attainmentOf(endless(loadArrivals(promise.arrivals)), promise);
  const plan = planBySimulation(loaded, { billing, promise, explain: false, timeLimitMs });
  const optimal = planners.find(({ planner }) => planner === 'optimal')!.plan;
  // Whole machines beside parts of machines: the ratio would say nothing of the planner.
  const isComparable = billing === 'whole' && plan.feasible && optimal.feasible;
  const costToOptimal = isComparable ? plan.costPerHour / optimal.costPerHour : null;
  return {
    planners: [{ planner: 'simulated', costToOptimal, solveMs: plan.solveMs ?? 0, plan }],
    simulatedUnder: { arrivals: promise.arrivals, attainment },
  };
}

/** What a document says of the reserve, where there is one. */
const reserved = ({ reserveMs }: { readonly reserveMs?: number | undefined }) => reserveMs && { reserveMs };

async function compareOverSlos(
  problemAt: (sloMs: number) => PlanningProblem,
  slosMs: number[],
  all: readonly Contender[],
  progress: Progress,
): Promise<CostOverSlo> {
  const costsBySlo: (number | null)[][] = [];
  for (const sloMs of slosMs) {
    const done = `${costsBySlo.length} of ${slosMs.length} SLOs`;
    progress.update(`${bar(costsBySlo.length / slosMs.length)} ${done}, ${sloMs} ms`);
    await setImmediate();
    costsBySlo.push(costsOf(problemAt(sloMs), all));
  }
  progress.stop();
  const names = all.map(({ name }) => name);
  return costOverSlo(problemAt(slosMs.at(-1)!), names, slosMs, costsBySlo);
}
