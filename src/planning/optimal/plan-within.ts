/**
 * The cheapest schedules of all modules where each has machines of its own to draw on: what each costs at every latency,
 * as far as a first, plain split says that it matters, then the best split of the SLO.
 */
import type { Capacity } from '../capacity.ts';
import type { ModuleProblem, PlanningProblem } from '../problem.ts';
import type { Schedule } from '../schedule-module.ts';
import { costPieces } from './cost-pieces.ts';
import type { Position } from './curve-position.ts';
import { type Dag, slackOf } from './dag.ts';
import { firstSplit } from './first-split.ts';
import { type ModuleSearch, moduleSearch } from './search-module.ts';
import { splitExactly } from './split-exactly.ts';
import { type ModuleTerms, scheduleWithin } from './structure.ts';

/** How fast and how slow each module may be. */
export interface Reach {
  readonly dag: Dag;
  readonly sloMs: number;
  /** The SLO with its tolerance. */
  readonly limitMs: number;
  /** No schedule of the module is faster. */
  readonly fastestMs: readonly number[];
  /** What is left to the module when all others are at their fastest. */
  readonly loosestMs: readonly number[];
}

export interface Shared {
  /** Of each module; undefined where none was found. */
  readonly schedules: readonly Schedule[] | undefined;
  /** USD per hour; no plan costs less. Infinite where there is none. */
  readonly boundPerHour: number;
  /** Boxes that were looked at. */
  readonly boxes: number;
}

export interface Terms {
  readonly dummies: boolean;
  readonly expired: () => boolean;
  /** What each module may draw. */
  readonly quotas: readonly Capacity[];
  /** USD per hour; only cheaper plans are looked for. */
  readonly limitPerHour: number;
}

/** A module, what it may use, and the cheapest way to run it if the others take as little time as they can. */
interface Part {
  readonly module: ModuleProblem;
  readonly terms: ModuleTerms;
  readonly search: ModuleSearch;
  readonly loosestMs: number;
  /** USD per hour; the least that it costs. Infinite where it cannot run. */
  readonly alonePerHour: number;
  /** What it would then take. */
  readonly wantedMs: number;
}

/**
 * Where no plan is known, how the limit below which one is looked for grows, and how far, over what the modules cost alone:
 * padding buys any latency, at a price that has no limit.
 */
const LIMIT_STEP = 8;
const MOST_RATIO = 1e12;

export function planWithin({ modules, billing }: PlanningProblem, reach: Reach, terms: Terms): Shared {
  const { dag, limitMs, fastestMs, loosestMs } = reach;
  const parts = modules.map((module, index): Part => {
    const own = { billing, dummies: terms.dummies, capacity: terms.quotas[index]! };
    return partOf(module, own, loosestMs[index]!, terms.expired);
  });
  if (costAlone(parts) === Number.POSITIVE_INFINITY) {
    return { schedules: undefined, boundPerHour: sureBound(parts, Number.POSITIVE_INFINITY), boxes: 1 };
  }
  const [first, second] = [parts.map(({ wantedMs }) => wantedMs), loosestMs].map((wantedMs) =>
    schedulesAt(parts, firstSplit(dag, fastestMs, wantedMs, limitMs), reach),
  );
  const plain = costOf(second) < costOf(first) ? second : first;
  let limitPerHour = Math.min(costOf(plain), terms.limitPerHour);
  if (Number.isFinite(limitPerHour)) return planBelow(parts, plain, limitPerHour, reach, terms);
  // Nothing tells how far the curves matter.
  const alonePerHour = costAlone(parts);
  for (limitPerHour = alonePerHour * LIMIT_STEP; ; limitPerHour *= LIMIT_STEP) {
    const found = planBelow(parts, undefined, limitPerHour, reach, terms);
    const isKnown = found.schedules !== undefined || found.boundPerHour === Number.POSITIVE_INFINITY;
    if (isKnown || limitPerHour >= alonePerHour * MOST_RATIO || terms.expired()) return found;
  }
}

/** The cheapest schedules that cost less than the limit, or the known ones where none do. */
function planBelow(
  parts: readonly Part[],
  known: readonly Schedule[] | undefined,
  limitPerHour: number,
  reach: Reach,
  { expired, ...terms }: Terms,
): Shared {
  const { dag, limitMs } = reach;
  const alonePerHour = costAlone(parts);
  const curves = parts.map((part) => {
    const othersPerHour = alonePerHour - part.alonePerHour;
    const stretch = { loosestMs: part.loosestMs, limitPerHour: limitPerHour - othersPerHour, expired };
    const curve = costPieces(part.module, part.terms, stretch, part.search);
    return { ...curve, beyondPerHour: curve.beyondPerHour + othersPerHour };
  });
  const pieces = curves.map((curve) => curve.pieces);
  const split = splitExactly({ dag, curves: pieces, limitMs, limitPerHour, expired });
  const schedules =
    split.positions?.map((position, module) => scheduleAt(position, parts[module]!, reach)) ?? known;
  const fastestMs = curves.map((curve) => curve.fastestMs);
  const canBeKept = slackOf(dag, fastestMs, limitMs).every((ms) => ms >= 0);
  const slack = Math.max(...curves.map((curve) => curve.slack));
  const boundPerHour =
    Math.min(split.boundPerHour, ...curves.map(({ beyondPerHour }) => beyondPerHour)) * (1 - slack);
  return {
    schedules: costOf(schedules) < terms.limitPerHour ? schedules : undefined,
    boundPerHour: sureBound(parts, canBeKept ? boundPerHour : Number.POSITIVE_INFINITY),
    boxes: split.boxes,
  };
}

/** USD per hour if each module had all the time that the others leave. */
const costAlone = (parts: readonly Part[]): number => sum(parts.map(({ alonePerHour }) => alonePerHour));

function partOf(module: ModuleProblem, terms: ModuleTerms, loosestMs: number, expired: () => boolean): Part {
  const search = moduleSearch(module, terms, expired);
  const found = search.cheapestWithin(loosestMs);
  return {
    module,
    terms,
    search,
    loosestMs,
    alonePerHour: found?.costPerHour ?? Number.POSITIVE_INFINITY,
    wantedMs: found ? scheduleWithin(found.structure, module, terms, loosestMs).worstCaseMs : loosestMs,
  };
}

/** Where a search was cut short there may be more than it found; then only the least that anything costs is sure. */
const sureBound = (parts: readonly Part[], boundPerHour: number): number =>
  parts.every(({ search }) => search.isComplete())
    ? boundPerHour
    : Math.min(boundPerHour, sum(parts.map(({ search, loosestMs }) => search.leastCost(loosestMs))));

/** The cheapest schedules at these latencies; undefined where a module has none. */
function schedulesAt(
  parts: readonly Part[],
  latenciesMs: Float64Array,
  { sloMs, limitMs }: Reach,
): Schedule[] | undefined {
  const schedules: Schedule[] = [];
  for (const [index, { module, terms, search }] of parts.entries()) {
    const found = search.cheapestWithin(latenciesMs[index]!);
    if (found === undefined) return undefined;
    const budgetMs = (latenciesMs[index]! * sloMs) / limitMs;
    schedules.push(scheduleWithin(found.structure, module, terms, budgetMs));
  }
  return schedules;
}

/** The tolerance is for deciding what fits; schedules keep the SLO itself. */
function scheduleAt(
  { piece, latencyMs }: Position,
  { module, terms }: Part,
  { sloMs, limitMs }: Reach,
): Schedule {
  // What is level needs no padding, whatever the latency.
  const budgetMs = piece.slope === 0 ? Number.POSITIVE_INFINITY : (latencyMs * sloMs) / limitMs;
  return scheduleWithin(piece.structure, module, terms, budgetMs);
}

const costOf = (schedules: readonly Schedule[] | undefined): number =>
  schedules ? sum(schedules.map(({ costPerHour }) => costPerHour)) : Number.POSITIVE_INFINITY;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
