/** Puts the live report together from the records of the requests and of the plan in force. Pure. */
import {
  COUNTED,
  type Counted,
  type Latencies,
  type LiveModule,
  type LiveReport,
  type LiveSeries,
  type LiveWorker,
} from '../../domain/live-report.ts';
import type { FeasiblePlan, ModulePlan } from '../../domain/plan.ts';
import { roundTo } from '../../numeric/round-to.ts';
import type { CrewRecord } from './crew-record.ts';
import type { RequestRecord } from './request-record.ts';
import { KEPT_SECONDS } from './second-table.ts';

/** What counts as now. */
const RECENT_S = 10;

/** What is told as it is. */
export type Told = Pick<LiveReport, 'version' | 'startedAt' | 'at' | 'state' | 'notices'>;

export interface Records {
  readonly plan: FeasiblePlan;
  readonly requests: RequestRecord;
  readonly crew: CrewRecord;
}

/** Whole seconds, the last of them `last`: those to be drawn, and those that count as now. */
interface Span {
  readonly last: number;
  readonly kept: number;
  readonly recent: number;
}

/** @param sinceMs when the daemon began, on the clock of `nowMs` */
export function makeLiveReport(told: Told, records: Records, sinceMs: number, nowMs: number): LiveReport {
  const { plan, requests, crew } = records;
  const last = Math.floor(nowMs / 1000) - 1;
  const age = Math.max(1, last - Math.floor(sinceMs / 1000) + 1);
  const span = { last, kept: Math.min(KEPT_SECONDS - 1, age), recent: Math.min(RECENT_S, age) };
  return {
    schemaVersion: 1,
    kind: 'live',
    ...told,
    recentS: RECENT_S,
    plan: {
      application: plan.application,
      planner: plan.planner,
      rateRps: plan.rateRps,
      sloMs: plan.sloMs,
      worstCaseMs: plan.worstCaseMs,
      costPerHour: plan.costPerHour,
      cores: crew.workers.reduce((sum, { cores }) => sum + cores, 0),
    },
    series: seriesOf(records, span),
    recent: recentOf(requests, span),
    latencyMs: rounded(requests.latencies.over(last, span.kept)),
    totals: forEachCounted((what) => requests.total(what)),
    modules: plan.modules.map((module, index) => moduleOf(module, index, crew, span)),
    workers: crew.workers.map(({ id }) => workerOf(id, plan, crew, span)),
  };
}

const forEachCounted = <Value>(value: (what: Counted) => Value): Record<Counted, Value> =>
  Object.fromEntries(COUNTED.map((what) => [what, value(what)])) as Record<Counted, Value>;

const rounded = (latencies: Latencies | undefined): Latencies | null =>
  latencies === undefined
    ? null
    : { p50: roundTo(latencies.p50, 2), p99: roundTo(latencies.p99, 2), max: roundTo(latencies.max, 2) };

/** A value for each second, the oldest first. */
const bySecond = <Value>({ last, kept }: Span, value: (second: number) => Value): Value[] =>
  Array.from({ length: kept }, (_, index) => value(last - kept + 1 + index));

function seriesOf({ requests, crew }: Records, span: Span): LiveSeries {
  const latencies = bySecond(span, (second) => rounded(requests.latencies.of(second)));
  const busyCores = (second: number): number =>
    crew.workers.reduce((sum, { id }) => sum + crew.ofWorker(id, 'coreMs', second, 1) / 1000, 0);
  return {
    ...forEachCounted((what) => bySecond(span, (second) => requests.sum(what, second, 1))),
    p50Ms: latencies.map((ms) => ms?.p50 ?? null),
    p99Ms: latencies.map((ms) => ms?.p99 ?? null),
    maxMs: latencies.map((ms) => ms?.max ?? null),
    busyCores: bySecond(span, (second) => roundTo(busyCores(second), 2)),
  };
}

function recentOf(requests: RequestRecord, { last, recent }: Span): LiveReport['recent'] {
  const sum = (what: Counted): number => requests.sum(what, last, recent);
  const ended = sum('served') + sum('late') + sum('shed') + sum('expired') + sum('failed');
  return {
    offeredRps: roundTo(sum('offered') / recent, 1),
    servedRps: roundTo(sum('served') / recent, 1),
    attainment: ended > 0 ? sum('served') / ended : null,
    latencyMs: rounded(requests.latencies.over(last, recent)),
  };
}

function moduleOf(module: ModulePlan, index: number, crew: CrewRecord, span: Span): LiveModule {
  const { last, kept, recent } = span;
  const sum = (figure: Parameters<CrewRecord['ofModule']>[1]): number =>
    crew.ofModule(index, figure, last, recent);
  const mean = (total: number): number | null =>
    sum('batches') > 0 ? roundTo(total / sum('batches'), 2) : null;
  const workers = crew.workers.filter((worker) => worker.module === index);
  const busyMs = workers.reduce((total, { id }) => total + crew.ofWorker(id, 'busyMs', last, recent), 0);
  const { allocations } = module;
  const rateRps = allocations.reduce((total, allocation) => total + allocation.rateRps, 0);
  const batchesPerS = allocations.reduce((total, each) => total + each.rateRps / each.batchSize, 0);
  return {
    name: module.name,
    rateRps: roundTo(sum('rows') / recent, 1),
    directRps: roundTo(sum('direct') / recent, 1),
    plannedRateRps: module.rateRps,
    batchSize: mean(sum('rows')),
    plannedBatchSize: roundTo(rateRps / batchesPerS, 2),
    fullBatchSizes: allocations.map(({ batchSize }) => batchSize),
    batchSizes: crew.sizesOf(index, last, kept),
    durationMs: mean(sum('computeMs')),
    plannedDurationMs: mean(sum('plannedMs')),
    busy: roundTo(busyMs / (1000 * recent * workers.length), 4),
    plannedBusy: roundTo(
      allocations.reduce((total, each) => total + busyMachines(each), 0) / workers.length,
      4,
    ),
    queued: bySecond(span, (second) => crew.ofModule(index, 'queued', second, 1)),
  };
}

/** How many machines of an allocation its rate keeps busy. */
const busyMachines = ({ rateRps, throughputRps }: ModulePlan['allocations'][number]): number =>
  rateRps / throughputRps;

function workerOf(
  id: number,
  { modules }: FeasiblePlan,
  crew: CrewRecord,
  { last, recent }: Span,
): LiveWorker {
  const { module, type, hardware, batchSize } = crew.workers[id]!;
  const { name, allocations } = modules[module]!;
  const allocation = allocations[type]!;
  const batches = crew.ofWorker(id, 'batches', last, recent);
  return {
    id,
    module: name,
    hardware,
    ...crew.states[id]!,
    busy: roundTo(crew.ofWorker(id, 'busyMs', last, recent) / (1000 * recent), 4),
    plannedBusy: roundTo(busyMachines(allocation) / Math.ceil(allocation.machines), 4),
    batchSize: batches > 0 ? roundTo(crew.ofWorker(id, 'rows', last, recent) / batches, 2) : null,
    fullBatchSize: batchSize,
  };
}
