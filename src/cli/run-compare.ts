/** Compares planners: all of them on one application, or with the ablations of `harpagon` on the benchmark. */
import { setImmediate } from 'node:timers/promises';
import type { LoadedApplication } from '../domain/application.ts';
import type { ApplicationComparison, BenchmarkComparison, CostOverSlo } from '../domain/comparison.ts';
import { HarpError } from '../domain/errors.ts';
import type { Billing } from '../domain/plan.ts';
import type { Statistic } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { relativeTo } from '../files/save-plan.ts';
import { assertWritable, writeJsonFile } from '../files/write-file.ts';
import { type Attempt, attempt, type Contender } from '../planning/benchmark/attempt.ts';
import { comparePlanners } from '../planning/benchmark/compare-planners.ts';
import { benchmarkWorkloads } from '../planning/benchmark/workloads.ts';
import { comparePlans, costOverSlo, costsOf, slosBetween } from '../planning/compare-plans.ts';
import { ABLATION_NAMES, ABLATIONS } from '../planning/harpagon.ts';
import { solveOptimal } from '../planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../planning/planners.ts';
import { asAsked, poseProblem } from '../planning/pose-problem.ts';
import { PLANNER_NAMES, type PlanningProblem } from '../planning/problem.ts';
import { loadArrivals } from './load-arrivals.ts';
import { planByModel } from './plan-by-model.ts';
import { planBySimulation } from './plan-by-simulation.ts';
import type { Progress } from './progress.ts';
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
      ? await compareOnBenchmark(spread(benchmarkWorkloads(), workloads!), request, progress)
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

/** Every planner, `optimal` with its time limit. */
const contenders = ({ dummies, timeLimitMs }: ComparisonRequest): Contender[] =>
  PLANNER_NAMES.map((name) => ({
    name,
    plan: (problem) => {
      if (name !== 'optimal') return PLANNERS[name](problem, { dummies });
      const endMs = clock() + timeLimitMs;
      return solveOptimal(problem, { dummies, expired: () => clock() > endMs }).plan;
    },
  }));

/** Every planner with its repairs: what plans of this application cost that were seen to hold. */
const seenToHold = (
  application: LoadedApplication,
  request: ComparisonRequest,
  progress: Progress,
): Contender[] =>
  PLANNER_NAMES.map((planner) => ({
    name: planner,
    plan: () => {
      progress.update(`replaying the plan of ${planner}`);
      return planByModel(application, { ...request, planner, ablation: undefined });
    },
  }));

const clock = (): number => performance.now();

/** So many of them, evenly spread; all of them where there are no more. */
function spread<Item>(items: readonly Item[], wanted: number): Item[] {
  const length = Math.min(wanted, items.length);
  return Array.from({ length }, (_, index) => items[Math.floor((index * items.length) / length)]!);
}

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

async function compareOnBenchmark(
  problems: readonly PlanningProblem[],
  request: ComparisonRequest,
  progress: Progress,
): Promise<BenchmarkComparison> {
  const planners = contenders({ ...request, dummies: true });
  const ablations: Contender[] = ABLATION_NAMES.map((name) => ({
    name,
    plan: (problem) => PLANNERS.harpagon(problem, ABLATIONS[name]),
  }));
  const all = [...planners, ...ablations];
  const attempts = new Map<string, Attempt[]>();
  for (const [index, contender] of all.entries()) {
    const tell = (share: number): void =>
      progress.update(
        `${bar((index + share) / all.length)} ${index} of ${all.length} planners, ${contender.name}`,
      );
    attempts.set(contender.name, await attemptAll(problems, contender, tell));
  }
  progress.stop();
  return comparePlanners(problems, attempts, { planners: PLANNER_NAMES, ablations: ABLATION_NAMES });
}

/** Workloads that a planner solves before it is timed, so that its code is compiled. */
const WARM_UP = 50;

/** The work pauses at least this often, so that progress shows. */
const BREATH_MS = 100;

/** @param tell the share of the problems that are done, 0..1 */
async function attemptAll(
  problems: readonly PlanningProblem[],
  contender: Contender,
  tell: (share: number) => void,
): Promise<Attempt[]> {
  for (const problem of problems.slice(0, WARM_UP)) contender.plan(problem);
  const attempts: Attempt[] = [];
  let breathedMs = clock();
  for (const problem of problems) {
    attempts.push(attempt(problem, contender, clock));
    if (clock() - breathedMs < BREATH_MS) continue;
    tell(attempts.length / problems.length);
    await setImmediate();
    breathedMs = clock();
  }
  return attempts;
}

/** Characters. */
const BAR = 30;

function bar(share: number): string {
  const filled = Math.round(share * BAR);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
}
