/** Compares planners and the ablations of `harpagon` on the benchmark's workloads. */
import { setImmediate } from 'node:timers/promises';
import type { BenchmarkComparison } from '../domain/comparison.ts';
import { type Attempt, attempt, type Contender } from '../planning/benchmark/attempt.ts';
import { comparePlanners } from '../planning/benchmark/compare-planners.ts';
import { benchmarkWorkloads } from '../planning/benchmark/workloads.ts';
import { ABLATION_NAMES, ABLATIONS } from '../planning/harpagon.ts';
import { PLANNERS } from '../planning/planners.ts';
import { PLANNER_NAMES, type PlanningProblem } from '../planning/problem.ts';
import { clock, contenders } from './contenders.ts';
import type { Progress } from './progress.ts';
import { bar } from './progress-bar.ts';

/**
 * @param workloads so many of them, evenly spread; all where there are no more
 * @param timeLimitMs of each search for an optimum
 */
export async function compareOnBenchmark(
  workloads: number,
  timeLimitMs: number,
  progress: Progress,
): Promise<BenchmarkComparison> {
  const problems = spread(benchmarkWorkloads(), workloads);
  const planners = contenders({ dummies: true, timeLimitMs });
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

function spread<Item>(items: readonly Item[], wanted: number): Item[] {
  const length = Math.min(wanted, items.length);
  return Array.from({ length }, (_, index) => items[Math.floor((index * items.length) / length)]!);
}
