/**
 * Scheduling: the machines of one module within a latency budget. Harpagon's heuristic, our reading: fill the best-ranked
 * point that keeps the budget, go on with what is left, and buy padding ("dummies") where that is cheaper.
 *
 * | symbol | here | meaning |
 * |---|---|---|
 * | u | restRps | what no rank has taken yet |
 * | t, q | throughputRps, costPerThroughput | of one machine of a point |
 * | m | leastCollectionRps | least rate at which the point keeps the budget |
 */
import { type Billing, TOLERANCE } from '../domain/plan.ts';
import type { OperatingPoint } from '../latency/operating-points.ts';
import { type Capacity, without, workersLeft } from './capacity.ts';
import type { ModuleProblem, SchedulingRules } from './problem.ts';
import { collectionRateRps, leastCollectionRps, within, worstCaseMs } from './worst-case.ts';

/** Machines of one point: whole ones, or a single partial one. */
export interface Share {
  readonly point: OperatingPoint;
  readonly machines: number;
  readonly rateRps: number;
  /** w; the rate of this and all lower ranks, or what the dispatch policy makes of it. */
  readonly collectionRateRps: number;
  readonly worstCaseMs: number;
  readonly costPerHour: number;
}

export interface Schedule {
  /** In rank order. */
  readonly shares: readonly Share[];
  readonly dummyRps: number;
  readonly worstCaseMs: number;
  readonly costPerHour: number;
}

/** The schedule of a module, by its number, within a budget in ms; undefined where none keeps it. */
export type ScheduleIn = (module: number, budgetMs: number) => Schedule | undefined;

export interface Terms {
  readonly rules: SchedulingRules;
  readonly billing: Billing;
  readonly capacity: Capacity;
}

/** What serves a rate, in rank order; how fast its batches fill is known only when all ranks are. */
interface Served {
  readonly placed: readonly Placed[];
  readonly costPerHour: number;
}

type Placed = Pick<Share, 'point' | 'machines' | 'rateRps'>;

const NOTHING: Served = { placed: [], costPerHour: 0 };

/** Where in the ranks the search is: the point used last (−1 before the first), and how many others may follow. */
interface Position {
  readonly restRps: number;
  readonly last: number;
  readonly pointsLeft: number;
  readonly capacity: Capacity;
  readonly padding: boolean;
}

/** @returns the cheapest schedule found whose worst case keeps the budget, or undefined */
export function scheduleModule(module: ModuleProblem, budgetMs: number, terms: Terms): Schedule | undefined {
  const { rules, billing } = terms;
  const { points } = module;
  const negligibleRps = module.rateRps * TOLERANCE;

  function serve(position: Position): Served | undefined {
    const { restRps, last, pointsLeft, padding } = position;
    if (restRps <= negligibleRps) return NOTHING;
    const first = Math.max(last, 0);
    const end = pointsLeft > 0 ? points.length : last + 1;
    let best: Served | undefined;
    for (let index = first; index < end && best === undefined; index++) {
      best = place(index, restRps, position);
    }
    if (!padding) return best;
    for (let index = first; index < end; index++) {
      const point = points[index]!;
      // Neither this rank nor a lower one serves what is left for less than this.
      if (best && point.costPerThroughput * restRps >= best.costPerHour) break;
      for (const paddedRps of paddedRates(point, restRps, leastCollectionRps(point, budgetMs))) {
        const padded = place(index, paddedRps, { ...position, padding: false });
        if (padded && padded.costPerHour < (best?.costPerHour ?? Number.POSITIVE_INFINITY)) best = padded;
      }
    }
    return best;
  }

  /** As many machines of the point as the rate fills, or a partial one, and the ranks that serve the rest. */
  function place(index: number, restRps: number, at: Position): Served | undefined {
    const point = points[index]!;
    const filled = Math.floor((restRps / point.throughputRps) * (1 + TOLERANCE));
    const available = workersLeft(at.capacity, point);
    if (available < 1) return undefined;
    const machines = filled > 0 ? Math.min(filled, available) : restRps / point.throughputRps;
    const rateRps = machines * point.throughputRps;
    const collectionRps = collectionRateRps(rules.dispatch, point, rateRps, restRps);
    if (!within(worstCaseMs(point, collectionRps), budgetMs)) return undefined;
    const below = serve({
      restRps: restRps - rateRps,
      last: index,
      pointsLeft: index === at.last ? at.pointsLeft : at.pointsLeft - 1,
      capacity: without(at.capacity, { point, machines }),
      padding: at.padding,
    });
    if (below === undefined) return undefined;
    return {
      placed: stack({ point, machines, rateRps }, below.placed),
      costPerHour: below.costPerHour + chargePerHour(point, machines, billing),
    };
  }

  const served = serve({
    restRps: module.rateRps,
    last: -1,
    pointsLeft: rules.maxPoints,
    capacity: terms.capacity,
    padding: rules.dummies,
  });
  return served && scheduleOf(served, module, terms);
}

/** A partial machine that padding filled merges upward. */
function stack(top: Placed, [next, ...others]: readonly Placed[]): Placed[] {
  if (next === undefined) return [top];
  if (next.point !== top.point || !Number.isInteger(next.machines)) return [top, next, ...others];
  const { point } = top;
  return [{ point, machines: top.machines + next.machines, rateRps: top.rateRps + next.rateRps }, ...others];
}

/**
 * The dummy generator's three options: fill the last machine, reach the rate at which the point keeps the budget, or both.
 * @returns rates above `restRps`, requests/s
 */
function paddedRates({ throughputRps }: OperatingPoint, restRps: number, leastRps: number): number[] {
  const filled = (rps: number): number => Math.ceil((rps / throughputRps) * (1 - TOLERANCE)) * throughputRps;
  const rates = leastRps > restRps ? [filled(restRps), leastRps, filled(leastRps)] : [filled(restRps)];
  return rates.filter((rps) => rps > restRps && Number.isFinite(rps));
}

const chargePerHour = (point: OperatingPoint, machines: number, billing: Billing): number =>
  point.pricePerHour * (billing === 'whole' ? Math.ceil(machines) : machines);

/** Walks up from the last rank, so that each knows what is left when its turn comes. */
export function scheduleOf(
  { placed, costPerHour }: Served,
  { rateRps }: ModuleProblem,
  terms: Terms,
): Schedule {
  const shares: Share[] = [];
  let remainingRps = 0;
  for (const { point, machines, rateRps } of placed.toReversed()) {
    remainingRps += rateRps;
    const collectionRps = collectionRateRps(terms.rules.dispatch, point, rateRps, remainingRps);
    shares.unshift({
      point,
      machines,
      rateRps,
      collectionRateRps: collectionRps,
      worstCaseMs: worstCaseMs(point, collectionRps),
      costPerHour: chargePerHour(point, machines, terms.billing),
    });
  }
  const dummyRps = remainingRps - rateRps;
  return {
    shares,
    dummyRps: dummyRps > rateRps * TOLERANCE ? dummyRps : 0,
    worstCaseMs: Math.max(...shares.map((share) => share.worstCaseMs)),
    costPerHour,
  };
}
