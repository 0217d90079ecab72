/**
 * The benchmark: 1,131 workloads, as many as the paper's (arXiv 2412.06161), over five applications. Rates and objectives
 * are drawn with a fixed seed, evenly on a logarithmic scale, objectives from barely feasible to loose.
 */
import { seededRandom } from '../../numeric/prng.ts';
import { longestPathLength, parentsOf } from '../paths.ts';
import type { PlanningProblem } from '../problem.ts';
import { BENCHMARK_HARDWARE, type BenchmarkModule, benchmarkApplications } from './applications.ts';

export const WORKLOADS = 1131;

const RATE_RPS = { least: 20, most: 1000 };

/** See loosenessOf. */
const LOOSENESS = { least: 1.05, most: 12 };

const SEED = 6161;

/** @returns the same workloads every time, billed proportionally as the paper does, one application after the other in turn */
export function benchmarkWorkloads(): PlanningProblem[] {
  const random = seededRandom(SEED);
  const between = ({ least, most }: { least: number; most: number }): number =>
    least * (most / least) ** random.uniform();
  const applications = Object.entries(benchmarkApplications());
  return Array.from({ length: WORKLOADS }, (_, index) => {
    const [application, modules] = applications[index % applications.length]!;
    const rateRps = between(RATE_RPS);
    return {
      application,
      rateRps,
      sloMs: fastestPathMs(modules) * between(LOOSENESS),
      billing: 'proportional',
      hardware: BENCHMARK_HARDWARE,
      modules: modules.map((module) => ({ ...module, rateRps: rateRps * module.perRequest })),
    };
  });
}

/** The SLO over the longest path of fastest durations: at 1 and below no plan exists. */
export const loosenessOf = ({ modules, sloMs }: PlanningProblem): number => sloMs / fastestPathMs(modules);

const fastestPathMs = (modules: readonly BenchmarkModule[]): number =>
  longestPathLength(
    parentsOf(modules),
    modules.map(({ points }) => Math.min(...points.map(({ durationMs }) => durationMs))),
  );
