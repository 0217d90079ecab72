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
  /** USD per hour; the least that it costs. */
  readonly alonePerHour: number;
  /** What it would then take. */
  readonly wantedMs: number;
}

/** Room above the cost of a first split, relative, for that split itself to be found again. */
const ROOM = 1e-6;

export function planWithin({ modules, billing }: PlanningProblem, reach: Reach, terms: Terms): Shared {
  const { dag, limitMs, fastestMs, loosestMs } = reach;
  const parts = modules.map((module, index): Part => {
    const own = { billing, dummies: terms.dummies, capacity: terms.quotas[index]! };
    return partOf(module, own, loosestMs[index]!);
  });
  const alonePerHour = sum(parts.map((part) => part.alonePerHour));
  // A search that was cut short may have missed what there is; then only this much is sure.
  const surePerHour = (): number => sum(parts.map(({ search, loosestMs }) => search.leastCost(loosestMs)));
  const sure = (boundPerHour: number): number =>
    parts.every(({ search }) => search.isComplete()) ? boundPerHour : Math.min(boundPerHour, surePerHour());
  const nothing = (): Shared => ({ schedules: undefined, boundPerHour: sure(alonePerHour), boxes: 1 });
  if (alonePerHour === Number.POSITIVE_INFINITY) return nothing();

  const wantedMs = parts.map((part) => part.wantedMs);
  const firstPerHour = [wantedMs, loosestMs].map((wanted) => {
    const latenciesMs = firstSplit(dag, fastestMs, wanted, limitMs);
    return sum(parts.map(({ search }, module) => costOf(search, latenciesMs[module]!)));
  });
  const limitPerHour = Math.min(terms.limitPerHour, Math.min(...firstPerHour) * (1 + ROOM));
  const curves = parts.map((part) => {
    const othersPerHour = alonePerHour - part.alonePerHour;
    const stretch = { loosestMs: part.loosestMs, limitPerHour: limitPerHour - othersPerHour };
    const curve = costPieces(part.module, part.terms, stretch, part.search);
    return { ...curve, beyondPerHour: curve.beyondPerHour + othersPerHour };
  });
  const beyondPerHour = Math.min(...curves.map((curve) => curve.beyondPerHour));
  if (curves.some(({ pieces }) => pieces.length === 0)) {
    return { ...nothing(), boundPerHour: sure(Math.max(alonePerHour, limitPerHour)) };
  }
  const { positions, boundPerHour, boxes } = splitExactly({
    dag,
    curves: curves.map(({ pieces }) => pieces),
    limitMs,
    limitPerHour,
    expired: terms.expired,
  });
  const fastestOfAllMs = curves.map((curve) => curve.fastestMs);
  if (positions === undefined && slackOf(dag, fastestOfAllMs, limitMs).some((ms) => ms < 0)) {
    return { ...nothing(), boundPerHour: sure(Number.POSITIVE_INFINITY) };
  }
  const slack = Math.max(...curves.map((curve) => curve.slack));
  return {
    // The tolerance is for deciding what fits; schedules keep the SLO itself.
    schedules: positions?.map((position, module) => scheduleAt(position, parts[module]!, reach)),
    boundPerHour: sure(Math.min(boundPerHour, beyondPerHour) * (1 - slack)),
    boxes,
  };
}

function partOf(module: ModuleProblem, terms: ModuleTerms, loosestMs: number): Part {
  const search = moduleSearch(module, terms);
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

function scheduleAt(
  { piece, latencyMs }: Position,
  { module, terms }: Part,
  { sloMs, limitMs }: Reach,
): Schedule {
  // What is level needs no padding, whatever the latency.
  const budgetMs = piece.slope === 0 ? Number.POSITIVE_INFINITY : (latencyMs * sloMs) / limitMs;
  return scheduleWithin(piece.structure, module, terms, budgetMs);
}

const costOf = (search: ModuleSearch, latencyMs: number): number =>
  search.cheapestWithin(latencyMs)?.costPerHour ?? Number.POSITIVE_INFINITY;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
