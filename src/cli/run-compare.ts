/** Compares planners: all of them on one application, or with the ablations of `harpagon` on the benchmark. */
import { setImmediate } from 'node:timers/promises';
import type { ApplicationComparison, BenchmarkComparison, CostOverSlo } from '../domain/comparison.ts';
import { HarpError } from '../domain/errors.ts';
import type { Billing } from '../domain/plan.ts';
import type { Statistic } from '../domain/profile.ts';
import { loadApplication } from '../files/load-application.ts';
import { type Attempt, attempt, type Contender } from '../planning/benchmark/attempt.ts';
import { comparePlanners } from '../planning/benchmark/compare-planners.ts';
import { benchmarkWorkloads } from '../planning/benchmark/workloads.ts';
import { comparePlans, costOverSlo, costsOf, slosBetween } from '../planning/compare-plans.ts';
import { ABLATION_NAMES, ABLATIONS } from '../planning/harpagon.ts';
import { solveOptimal } from '../planning/optimal/plan-optimal.ts';
import { PLANNERS } from '../planning/planners.ts';
import { asAsked, poseProblem } from '../planning/pose-problem.ts';
import { PLANNER_NAMES, type PlanningProblem } from '../planning/problem.ts';
import type { Progress } from './progress.ts';

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
}

/** @throws HarpError `usage` unless exactly one of application and benchmark is asked for */
export async function runCompare(
  request: ComparisonRequest,
  progress: Progress,
): Promise<ApplicationComparison | CostOverSlo | BenchmarkComparison> {
  const { application, workloads, billing, dummies, sweep } = request;
  if ((application === undefined) === (workloads === undefined)) {
    throw new HarpError('usage', 'what is to be compared', {
      expected: 'either an application or --benchmark',
      got: application === undefined ? 'neither' : 'both',
      hint: 'Try: harp compare --benchmark',
    });
  }
  if (workloads !== undefined) return compareOnBenchmark(spread(benchmarkWorkloads(), workloads), progress);
  // An application that is swept needs no SLO of its own.
  const asked = { ...request, sloMs: sweep?.toMs ?? request.sloMs };
  const loaded = loadApplication(application!, asked);
  if (sweep !== undefined) {
    const problemAt = (sloMs: number) => poseProblem({ ...loaded, sloMs }, billing);
    return compareOverSlos(problemAt, slosBetween(sweep.fromMs, sweep.toMs, sweep.steps), dummies, progress);
  }
  const comparison = comparePlans(poseProblem(loaded, billing), contenders(dummies), clock);
  const planners = comparison.planners.map((found) => ({ ...found, plan: asAsked(found.plan, loaded) }));
  return { ...comparison, ...reserved(loaded), sloMs: loaded.sloMs, planners };
}

/** What a document says of the reserve, where there is one. */
const reserved = ({ reserveMs }: { readonly reserveMs?: number | undefined }) => reserveMs && { reserveMs };

/** What the search for the optimum may take of each problem. */
const TIME_LIMIT_MS = 2000;

/** Every planner, `optimal` with its time limit. */
const contenders = (dummies: boolean): Contender[] =>
  PLANNER_NAMES.map((name) => ({
    name,
    plan: (problem) => {
      if (name !== 'optimal') return PLANNERS[name](problem, { dummies });
      const endMs = clock() + TIME_LIMIT_MS;
      return solveOptimal(problem, { dummies, expired: () => clock() > endMs }).plan;
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
  dummies: boolean,
  progress: Progress,
): Promise<CostOverSlo> {
  const all = contenders(dummies);
  const costsBySlo: (number | null)[][] = [];
  for (const sloMs of slosMs) {
    progress.update(`${bar(costsBySlo.length / slosMs.length)} ${sloMs} ms`);
    await setImmediate();
    costsBySlo.push(costsOf(problemAt(sloMs), all));
  }
  progress.stop();
  const names = all.map(({ name }) => name);
  return costOverSlo(problemAt(slosMs.at(-1)!), names, slosMs, costsBySlo);
}

async function compareOnBenchmark(
  problems: readonly PlanningProblem[],
  progress: Progress,
): Promise<BenchmarkComparison> {
  const planners = contenders(true);
  const ablations: Contender[] = ABLATION_NAMES.map((name) => ({
    name,
    plan: (problem) => PLANNERS.harpagon(problem, ABLATIONS[name]),
  }));
  const all = [...planners, ...ablations];
  const attempts = new Map<string, Attempt[]>();
  for (const [index, contender] of all.entries()) {
    const tell = (share: number): void =>
      progress.update(`${bar((index + share) / all.length)} ${contender.name}`);
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
