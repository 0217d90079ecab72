/** The documents that a report is made of: all that harp writes or prints of profiles, plans and runs. */
import {
  type ApplicationComparison,
  applicationComparisonSchema,
  type BenchmarkComparison,
  benchmarkComparisonSchema,
  type CostOverSlo,
  costOverSloSchema,
} from './comparison.ts';
import { type LiveReport, liveReportSchema } from './live-report.ts';
import { type LoadResult, loadResultSchema } from './load.ts';
import { type Plan, planSchema } from './plan.ts';
import { type Profile, profileSchema } from './profile.ts';
import { type ScalingExperiment, scalingExperimentSchema } from './scaling-experiment.ts';
import { type ServerStatistics, serverStatisticsSchema } from './server-statistics.ts';
import {
  type SimulationComparison,
  type SimulationResult,
  simulationComparisonSchema,
  simulationSchema,
} from './simulation.ts';

/** By their field "kind", which statistics of the protocol do not have. */
export const REPORTABLE = {
  profile: profileSchema,
  plan: planSchema,
  'application-comparison': applicationComparisonSchema,
  'cost-over-slo': costOverSloSchema,
  'benchmark-comparison': benchmarkComparisonSchema,
  simulation: simulationSchema,
  'simulation-comparison': simulationComparisonSchema,
  'scaling-experiment': scalingExperimentSchema,
  load: loadResultSchema,
  live: liveReportSchema,
  statistics: serverStatisticsSchema,
} as const;

export type ReportableKind = keyof typeof REPORTABLE;

export type Reportable =
  | Profile
  | Plan
  | ApplicationComparison
  | CostOverSlo
  | BenchmarkComparison
  | SimulationResult
  | SimulationComparison
  | ScalingExperiment
  | LoadResult
  | LiveReport
  | (ServerStatistics & { readonly kind: 'statistics' });

/** With the file that it came from, as that was named. */
export interface ReportDocument {
  readonly file: string;
  readonly document: Reportable;
}
