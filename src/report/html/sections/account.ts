/** What a plan, a simulated run, a load or a daemon says of an application, in the same figures. */
import type { LiveReport } from '../../../domain/live-report.ts';
import type { LoadResult } from '../../../domain/load.ts';
import type { FeasiblePlan } from '../../../domain/plan.ts';
import type { ReportDocument } from '../../../domain/report-document.ts';
import type { SimulationResult } from '../../../domain/simulation.ts';
import { meanBatch, meanBusy } from '../../machine-means.ts';
import { binsUpTo, type LatencyBin } from './outcome-charts.ts';

/** What one source says; absent where it does not. */
export interface Account {
  readonly name: string;
  readonly file: string;
  readonly application: string;
  readonly sloMs: number;
  readonly worstCaseMs?: number | undefined;
  readonly rateRps: number;
  readonly attainment?: number | undefined;
  readonly goodputRps?: number | undefined;
  readonly p50Ms?: number | undefined;
  readonly p99Ms?: number | undefined;
  readonly maxMs?: number | undefined;
  readonly batch?: number | undefined;
  readonly busy?: number | undefined;
  readonly costPerHour?: number | undefined;
  readonly bins?: readonly LatencyBin[];
}

/** None of documents that tell nothing of how an application is served. */
export function accountsOf({ file, document }: ReportDocument): Account[] {
  switch (document.kind) {
    case 'plan':
      return document.feasible ? [planned(document, file)] : [];
    case 'simulation':
      return [simulated(document, file)];
    case 'load':
      return [measured(document, file)];
    case 'live':
      return [lived(document, file)];
    default:
      return [];
  }
}

function planned(plan: FeasiblePlan, file: string): Account {
  const { application, sloMs, worstCaseMs, rateRps, costPerHour, modules } = plan;
  const allocations = modules.flatMap((module) => module.allocations);
  const sum = (of: (allocation: (typeof allocations)[number]) => number): number =>
    allocations.reduce((total, allocation) => total + of(allocation), 0);
  return {
    name: 'planned',
    file,
    application,
    sloMs,
    rateRps,
    worstCaseMs,
    costPerHour,
    attainment: plan.verification?.target ?? 1,
    goodputRps: rateRps,
    maxMs: worstCaseMs,
    batch: sum((each) => each.rateRps) / sum((each) => each.rateRps / each.batchSize),
    busy: sum((each) => each.rateRps / each.throughputRps) / sum((each) => Math.ceil(each.machines - 1e-9)),
  };
}

/** Of the answers, where there were any. */
const latenciesIn = (
  latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null | undefined,
) => ({ p50Ms: latencyMs?.p50, p99Ms: latencyMs?.p99, maxMs: latencyMs?.max });

const simulated = (run: SimulationResult, file: string): Account => ({
  name: `simulated, ${run.arrivals}`,
  file,
  application: run.application,
  sloMs: run.sloMs,
  worstCaseMs: run.planned.worstCaseMs,
  rateRps: run.rateRps,
  attainment: run.attainment,
  goodputRps: run.goodputRps,
  ...latenciesIn(run.latencyMs),
  batch: meanBatch(run.modules),
  busy: run.machines.length > 0 ? meanBusy(run.machines) : undefined,
  bins: run.histogram,
});

const measured = (load: LoadResult, file: string): Account => ({
  name: `measured, ${load.arrivals}`,
  file,
  application: load.model,
  sloMs: load.sloMs,
  worstCaseMs: load.planned?.worstCaseMs,
  rateRps: load.achievedRps,
  attainment: load.attainment,
  goodputRps: load.goodputRps,
  ...latenciesIn(load.latencyMs),
  batch: load.meanBatch,
  bins: binsUpTo(load.histogram),
});

function lived({ plan, series, latencyMs, modules }: LiveReport, file: string): Account {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const seconds = Math.max(1, series.offered.length);
  const served = sum(series.served);
  const ended =
    served + [series.late, series.expired, series.shed, series.failed].map(sum).reduce((a, b) => a + b, 0);
  const rows = sum(modules.flatMap(({ batchSizes }) => batchSizes.map((count, at) => count * (at + 1))));
  return {
    name: 'told by the daemon',
    file,
    application: plan.application,
    sloMs: plan.sloMs,
    worstCaseMs: plan.worstCaseMs,
    rateRps: sum(series.offered) / seconds,
    attainment: ended > 0 ? served / ended : undefined,
    goodputRps: served / seconds,
    ...latenciesIn(latencyMs),
    batch: rows > 0 ? rows / sum(modules.flatMap(({ batchSizes }) => batchSizes)) : undefined,
    busy: sum(series.busyCores) / seconds / plan.cores,
    costPerHour: plan.costPerHour,
  };
}
