/** What was planned, simulated and measured of one application: the same figures in columns, and their latencies in one chart. */
import type { LiveReport } from '../../../domain/live-report.ts';
import type { LoadResult } from '../../../domain/load.ts';
import type { FeasiblePlan } from '../../../domain/plan.ts';
import type { ReportDocument } from '../../../domain/report-document.ts';
import type { SimulationResult } from '../../../domain/simulation.ts';
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import { meanBatch, meanBusy } from '../../machine-means.ts';
import { msAxis, shareAxis } from '../chart/axes.ts';
import { type Chart, colourOf, type Point } from '../chart/chart.ts';
import { type Block, dataTable, type Section, type TableColumn } from '../section.ts';
import { binsUpTo, type LatencyBin, latencyLimits } from './outcome-charts.ts';

/** What one source says; absent where it does not. */
interface Account {
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

/** A section for each application that at least two documents tell of. */
export function sideBySide(documents: readonly ReportDocument[]): { section: Section; files: string[] }[] {
  const accounts = documents.flatMap(({ file, document }): Account[] => {
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
  });
  return [...new Set(accounts.map(({ application }) => application))]
    .map((application) => accounts.filter((account) => account.application === application))
    .filter((those) => those.length > 1)
    .map((those) => ({ section: sectionOf(those), files: those.map(({ file }) => file) }));
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

const simulated = (run: SimulationResult, file: string): Account => ({
  name: `simulated, ${run.arrivals}`,
  file,
  application: run.application,
  sloMs: run.sloMs,
  worstCaseMs: run.planned.worstCaseMs,
  rateRps: run.rateRps,
  attainment: run.attainment,
  goodputRps: run.goodputRps,
  p50Ms: run.latencyMs?.p50,
  p99Ms: run.latencyMs?.p99,
  maxMs: run.latencyMs?.max,
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
  p50Ms: load.latencyMs?.p50,
  p99Ms: load.latencyMs?.p99,
  maxMs: load.latencyMs?.max,
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
    p50Ms: latencyMs?.p50,
    p99Ms: latencyMs?.p99,
    maxMs: latencyMs?.max,
    batch: rows > 0 ? rows / sum(modules.flatMap(({ batchSizes }) => batchSizes)) : undefined,
    busy: sum(series.busyCores) / seconds / plan.cores,
    costPerHour: plan.costPerHour,
  };
}

function sectionOf(accounts: readonly Account[]): Section {
  const named = withNamesOfTheirOwn(accounts);
  return {
    kind: 'side by side',
    title: named[0]!.application,
    about: 'What was planned, what was simulated, what was measured',
    blocks: [figures(named), ...distributions(named)],
  };
}

/** Two of the same kind are told apart by their files. */
const withNamesOfTheirOwn = (accounts: readonly Account[]): Account[] =>
  accounts.map((account) =>
    accounts.some((other) => other !== account && other.name === account.name)
      ? { ...account, name: `${account.name} (${account.file})` }
      : account,
  );

interface Figure {
  readonly name: string;
  readonly of: (account: Account) => string | undefined;
}

const told = (value: number | undefined, format: (value: number) => string): string | undefined =>
  value === undefined ? undefined : format(value);

const perSecond = (rateRps: number): string => `${significant(rateRps)}/s`;

const FIGURES: readonly Figure[] = [
  { name: 'requests', of: ({ rateRps }) => perSecond(rateRps) },
  { name: 'in time', of: ({ attainment }) => told(attainment, formatPercent) },
  { name: 'goodput', of: ({ goodputRps }) => told(goodputRps, perSecond) },
  { name: 'latency, median', of: ({ p50Ms }) => told(p50Ms, formatMs) },
  { name: 'latency, p99', of: ({ p99Ms }) => told(p99Ms, formatMs) },
  { name: 'latency, worst', of: ({ maxMs }) => told(maxMs, formatMs) },
  { name: 'mean batch', of: ({ batch }) => told(batch, significant) },
  { name: 'machines busy', of: ({ busy }) => told(busy, formatPercent) },
  { name: 'cost an hour', of: ({ costPerHour }) => told(costPerHour, formatUsd) },
];

function figures(accounts: readonly Account[]): Block {
  const columns: TableColumn<Figure>[] = accounts.map((account) => ({
    title: account.name,
    cell: ({ of }) => of(account) ?? '–',
  }));
  return dataTable(
    'Planned, simulated, measured',
    FIGURES,
    [{ title: '', cell: ({ name }) => name, align: 'left' }, ...columns],
    'A planned worst case is time in the engine, with evenly spaced arrivals, and no network.',
  );
}

function distributions(accounts: readonly Account[]): Block[] {
  const seen = accounts.filter(({ bins }) => bins && bins.length > 0);
  if (seen.length === 0) return [];
  const { sloMs, worstCaseMs } = accounts[0]!;
  const chart: Chart = {
    title: 'How many answers came within which time',
    x: msAxis('latency', { log: true }),
    y: shareAxis('share of answers', { to: 1 }),
    series: seen.map(({ name, bins }, index) => ({
      name,
      colour: colourOf(index),
      look: index === 0 ? 'line' : 'dashed',
      points: cumulated(bins!),
    })),
    references: latencyLimits({
      sloMs,
      planned: worstCaseMs === undefined ? undefined : { worstCaseMs },
    }).map((reference) => ({ ...reference, isLow: true })),
    names: 'above',
  };
  return [{ kind: 'charts', charts: [chart] }];
}

function cumulated(bins: readonly LatencyBin[]): Point[] {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  return bins.map(({ toMs, count }) => {
    before += count;
    return { x: toMs, y: before / all };
  });
}
