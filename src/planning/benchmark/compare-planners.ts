/**
 * Compares planners over many workloads: what they cost beside the optimum and beside Harpagon, how many they solve, how
 * long they take, and how that depends on the objective.
 */
import type {
  BenchmarkComparison,
  GapShare,
  LoosenessClass,
  PlannerFigures,
  RatioSummary,
} from '../../domain/comparison.ts';
import { mean } from '../../numeric/mean.ts';
import { quantile } from '../../numeric/quantile.ts';
import type { PlanningProblem } from '../problem.ts';
import { type Attempt, costRatios } from './attempt.ts';
import { PUBLISHED } from './published.ts';
import { loosenessOf } from './workloads.ts';

/** @param attempts by name, each on all problems in order; `optimal` and `harpagon` among them */
export function comparePlanners(
  problems: readonly PlanningProblem[],
  attempts: ReadonlyMap<string, readonly Attempt[]>,
  { planners, ablations }: { readonly planners: readonly string[]; readonly ablations: readonly string[] },
): BenchmarkComparison {
  const optimal = attempts.get('optimal')!;
  const harpagon = attempts.get('harpagon')!;
  const figures = (name: string): PlannerFigures => figuresOf(name, attempts.get(name)!, optimal, harpagon);
  return {
    schemaVersion: 1,
    kind: 'benchmark-comparison',
    workloads: problems.length,
    planners: planners.map(figures),
    ablations: ablations.map(figures),
    harpagonGaps: gapShares(costRatios(harpagon, optimal)),
    looseness: loosenessClasses(problems, attempts, planners),
    published: PUBLISHED,
  };
}

/** Relative: what counts as the same cost. */
const EQUAL = 1e-6;

function figuresOf(
  planner: string,
  attempts: readonly Attempt[],
  optimal: readonly Attempt[],
  harpagon: readonly Attempt[],
): PlannerFigures {
  const toOptimal = costRatios(attempts, optimal);
  const runtimes = attempts.map(({ runtimeMs }) => runtimeMs).sort((a, b) => a - b);
  return {
    planner,
    solved: solvedShare(attempts),
    equalToOptimal: toOptimal.filter((ratio) => ratio <= 1 + EQUAL).length / attempts.length,
    proven: attempts.filter(({ proven }) => proven).length / attempts.length,
    costToOptimal: summarizeRatios(toOptimal),
    costToHarpagon: summarizeRatios(costRatios(attempts, harpagon)),
    runtimeMs: { p50: quantile(runtimes, 0.5), p99: quantile(runtimes, 0.99) },
  };
}

const solvedShare = (attempts: readonly Attempt[]): number =>
  attempts.filter(({ costPerHour }) => costPerHour !== undefined).length / attempts.length;

const summarizeRatios = (ratios: readonly number[]): RatioSummary | null => {
  if (ratios.length === 0) return null;
  const sorted = ratios.toSorted((a, b) => a - b);
  return { mean: mean(ratios), median: quantile(sorted, 0.5), worst: sorted.at(-1)! };
};

/** Where classes of gaps begin; plans at the optimum are in none. */
const GAPS = [EQUAL, 0.01, 0.02, 0.05, 0.1];

const gapShares = (ratios: readonly number[]): GapShare[] =>
  classes(GAPS).map(({ from, to }) => {
    const inside = ratios.filter((ratio) => ratio - 1 > from && (to === null || ratio - 1 <= to));
    return { from, to, share: inside.length / ratios.length };
  });

const LOOSENESS = [1, 2, 3, 5];

function loosenessClasses(
  problems: readonly PlanningProblem[],
  attempts: ReadonlyMap<string, readonly Attempt[]>,
  planners: readonly string[],
): LoosenessClass[] {
  const looseness = problems.map(loosenessOf);
  return classes(LOOSENESS)
    .map(({ from, to }) => {
      const members = [...looseness.keys()].filter(
        (index) => looseness[index]! >= from && (to === null || looseness[index]! < to),
      );
      const of = (planner: string): Attempt[] => members.map((index) => attempts.get(planner)![index]!);
      const harpagon = of('harpagon');
      return {
        from,
        to,
        workloads: members.length,
        planners: planners.map((planner) => {
          const ratios = costRatios(of(planner), harpagon);
          return {
            planner,
            solved: solvedShare(of(planner)),
            meanCostToHarpagon: ratios.length === 0 ? null : mean(ratios),
          };
        }),
      };
    })
    .filter(({ workloads }) => workloads > 0);
}

const classes = (starts: readonly number[]): { from: number; to: number | null }[] =>
  starts.map((from, index) => ({ from, to: starts[index + 1] ?? null }));
