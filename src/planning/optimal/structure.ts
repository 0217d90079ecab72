/**
 * A structure: which machines a module has, all but the load of the last. What it costs follows from the latency in closed
 * form: its machines together take the least rate at which the batches of every rank fill in time.
 *
 * | symbol | meaning | unit |
 * |---|---|---|
 * | T | rate of the module | requests/s |
 * | A, R | rate of the whole machines above a rank, and of all whole machines | requests/s |
 * | m(L) = 1000·b/(L − d) | least collection rate of a point within latency L | requests/s |
 * | S(L) = max(T, A + m(L) of every rank) | rate of all machines, padding included | requests/s |
 */
import { type Billing, TOLERANCE } from '../../domain/plan.ts';
import type { OperatingPoint } from '../../latency/operating-points.ts';
import type { Capacity } from '../capacity.ts';
import type { ModuleProblem } from '../problem.ts';
import { type Schedule, scheduleOf } from '../schedule-module.ts';
import { leastCollectionRps } from '../worst-case.ts';
import { type Arc, costAt, lastCrossing } from './arc.ts';

/** Positions among the module's points. */
export interface Structure {
  /** Of the whole machines, in rank order, */
  readonly ranks: readonly number[];
  /** and how many of each. */
  readonly counts: readonly number[];
  /** Of the partial machine that comes last; −1 for none. */
  readonly partial: number;
}

export interface ModuleTerms {
  readonly billing: Billing;
  /** Whether padding may be bought. */
  readonly dummies: boolean;
  readonly capacity: Capacity;
}

/** Relative: two latencies closer than this are one. */
const CLOSE = 1e-9;

export const justBelow = (latencyMs: number): number => latencyMs * (1 - CLOSE);

/** What a structure costs from the least latency that it can keep up to `toMs`, looser latencies first. */
export function arcsOf(structure: Structure, module: ModuleProblem, terms: ModuleTerms, toMs: number): Arc[] {
  const { points, rateRps } = module;
  const { partial } = structure;
  const last = partial < 0 ? undefined : points[partial]!;
  const whole = wholeRanks(structure, points);
  const totalRps = whole.reduce((sum, rank) => sum + rank.rateRps, 0);
  const wholePerHour = whole.reduce((sum, rank) => sum + rank.costPerHour, 0);
  const ranks = last ? [...whole, { point: last, aboveRps: totalRps }] : whole;
  /** The least latency at which all ranks fill when all machines together take this rate. */
  const leastMs = (allRps: number): number =>
    Math.max(
      ...ranks.map(
        ({ point, aboveRps }) => point.durationMs + (1000 * point.batchSize) / (allRps - aboveRps),
      ),
    );
  const level = (fromMs: number, costPerHour: number): Arc[] => [
    { fromMs: Math.min(fromMs, toMs), toMs, levelPerHour: costPerHour, slope: 0, poleMs: 0 },
  ];
  if (last === undefined) return level(leastMs(terms.dummies ? totalRps : rateRps), wholePerHour);
  const unit = last.costPerThroughput;
  if (!terms.dummies) {
    const charged = terms.billing === 'whole' ? last.pricePerHour : unit * (rateRps - totalRps);
    return level(leastMs(rateRps), wholePerHour + charged);
  }
  const needs = [
    { levelPerHour: wholePerHour + unit * (rateRps - totalRps), slope: 0, poleMs: 0 },
    ...ranks.map(({ point, aboveRps }) => ({
      levelPerHour: wholePerHour + unit * (aboveRps - totalRps),
      slope: unit * 1000 * point.batchSize,
      poleMs: point.durationMs,
    })),
  ];
  return greatestOf(needs, leastMs(totalRps + last.throughputRps), toMs);
}

/** USD per hour, padding included; infinite where the structure cannot keep the latency. */
export function paddedCost(
  { ranks, counts, partial }: Structure,
  points: readonly OperatingPoint[],
  rateRps: number,
  latencyMs: number,
): number {
  let needRps = rateRps;
  let costPerHour = 0;
  for (let rank = 0; rank < ranks.length; rank++) {
    const point = points[ranks[rank]!]!;
    const machines = counts[rank]!;
    needRps = Math.max(needRps, leastCollectionRps(point, latencyMs)) - machines * point.throughputRps;
    costPerHour += machines * point.pricePerHour;
  }
  if (partial < 0) return needRps <= rateRps * TOLERANCE ? costPerHour : Number.POSITIVE_INFINITY;
  const point = points[partial]!;
  needRps = Math.max(needRps, leastCollectionRps(point, latencyMs));
  const isEnough = needRps <= point.throughputRps * (1 + TOLERANCE);
  return isEnough ? costPerHour + needRps * point.costPerThroughput : Number.POSITIVE_INFINITY;
}

/** The greatest of falling curves as arcs, from right to left. */
function greatestOf(curves: readonly Omit<Arc, 'fromMs' | 'toMs'>[], fromMs: number, toMs: number): Arc[] {
  const arcs: Arc[] = [];
  let endMs = toMs;
  while (endMs > fromMs) {
    const at = Math.max(fromMs, justBelow(endMs));
    const greatest = curves.reduce((a, b) => (costAt(b, at) > costAt(a, at) ? b : a));
    let startMs = fromMs;
    for (const curve of curves) {
      if (curve !== greatest) startMs = Math.max(startMs, lastCrossing(greatest, curve, startMs, at));
    }
    arcs.push({ ...greatest, fromMs: startMs, toMs: endMs });
    endMs = startMs;
  }
  return arcs;
}

const wholeRanks = ({ ranks, counts }: Structure, points: readonly OperatingPoint[]) => {
  let aboveRps = 0;
  return ranks.map((position, rank) => {
    const point = points[position]!;
    const machines = counts[rank]!;
    const placed = {
      point,
      machines,
      aboveRps,
      rateRps: machines * point.throughputRps,
      costPerHour: machines * point.pricePerHour,
    };
    aboveRps += placed.rateRps;
    return placed;
  });
};

/** The structure's schedule within a latency that it can keep. */
export function scheduleWithin(
  structure: Structure,
  module: ModuleProblem,
  terms: ModuleTerms,
  budgetMs: number,
): Schedule {
  const placed: { point: OperatingPoint; machines: number; rateRps: number }[] = [];
  let restRps = module.rateRps;
  let costPerHour = 0;
  for (const rank of wholeRanks(structure, module.points)) {
    restRps = Math.max(restRps, terms.dummies ? leastCollectionRps(rank.point, budgetMs) : 0) - rank.rateRps;
    placed.push(rank);
    costPerHour += rank.costPerHour;
  }
  if (structure.partial >= 0) {
    const point = module.points[structure.partial]!;
    const rateRps = Math.max(restRps, terms.dummies ? leastCollectionRps(point, budgetMs) : 0);
    const machines = rateRps / point.throughputRps;
    const above = placed.at(-1);
    if (machines < 1 - TOLERANCE) placed.push({ point, machines, rateRps });
    else if (above?.point === point) {
      placed.splice(-1, 1, {
        point,
        machines: above.machines + 1,
        rateRps: above.rateRps + point.throughputRps,
      });
    } else placed.push({ point, machines: 1, rateRps: point.throughputRps });
    costPerHour +=
      terms.billing === 'whole' ? point.pricePerHour : Math.min(machines, 1) * point.pricePerHour;
  }
  const rules = {
    dispatch: 'batch-aware',
    maxPoints: Number.POSITIVE_INFINITY,
    dummies: terms.dummies,
  } as const;
  return scheduleOf({ placed, costPerHour }, module, { ...terms, rules });
}
