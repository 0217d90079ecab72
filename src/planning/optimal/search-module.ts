/**
 * The cheapest machines of one module within a latency, by depth-first search over (point, count) in rank order; exact.
 * Ranks are sorted by cost per throughput, so what is still needed costs at least the next rank's, which is the bound.
 * Also all structures that may be cheapest somewhere between two latencies. Microseconds where few ranks are in play.
 *
 * | symbol | here | meaning |
 * |---|---|---|
 * | m(L) | least | least collection rate of a point within latency L |
 * | max(T, m of the ranks so far) − rate so far | need | what the ranks to come must take, requests/s |
 */
import { TOLERANCE } from '../../domain/plan.ts';
import type { OperatingPoint } from '../../latency/operating-points.ts';
import type { ModuleProblem } from '../problem.ts';
import { commonDivisor } from './common-divisor.ts';
import { countedMachines } from './counted-machines.ts';
import { seenBranches } from './seen-branches.ts';
import type { ModuleTerms, Structure } from './structure.ts';

export interface Found {
  readonly structure: Structure;
  /** At the (looser) latency. */
  readonly costPerHour: number;
}

export interface ModuleSearch {
  /** The cheapest within this latency, or undefined where there is none. */
  cheapestWithin(latencyMs: number): Found | undefined;
  /**
   * What may be cheapest at some latency of the range, provided that something costs no more than `limitPerHour` there;
   * undefined where that would be too many.
   */
  candidatesBetween(fromMs: number, toMs: number, limitPerHour: number): Structure[] | undefined;
  /** USD per hour; nothing within this latency costs less, though nothing may cost as little. */
  leastCost(latencyMs: number): number;
  /** Relative: nothing costs less than this much below what was found. */
  slack(): number;
  /** False where a search was cut short, so that neither what it found nor its slack prove anything. */
  isComplete(): boolean;
}

/** Counts of machines are whole within this, relative. */
const EXACT = 1e-12;

/** Looks at points after which a search keeps note of where it has been. */
const LONG_SEARCH = 200;

/** Looks at points in one search before it settles for something close to the cheapest, or gives up where it found nothing; */
const MOST_LOOKS = 500_000;
/** and before it settles for something less close again. */
const MOST_LOOKS_AGAIN = 50_000;
const MOST_LOOKS_BETWEEN = 2_000;
/** The clock is asked no oftener; so many every search may take, whatever the time. */
const LOOKS_PER_CLOCK = 2_000;
const LEAST_SLACK = 1e-8;
const MOST_SLACK = 0.1;

const NONE = -1;

/** The least rate, requests/s, at which batches of a point fill early enough to end within a latency. */
const leastRps = ({ durationMs, batchSize }: OperatingPoint, latencyMs: number): number =>
  latencyMs > durationMs ? (1000 * batchSize) / (latencyMs - durationMs) : Number.POSITIVE_INFINITY;

/** @param expired whether time is up; then searches end with what they have */
export function moduleSearch(
  { points, rateRps }: ModuleProblem,
  terms: ModuleTerms,
  expired: () => boolean = () => false,
): ModuleSearch {
  const { dummies } = terms;
  const askedRps = rateRps * (1 - TOLERANCE);
  const proportional = terms.billing === 'proportional';
  const size = points.length;
  const rps = Float64Array.from(points, (point) => point.throughputRps);
  const price = Float64Array.from(points, (point) => point.pricePerHour);
  const unit = Float64Array.from(points, (point) => point.costPerThroughput);
  const machinesLeft = countedMachines(points, terms.capacity);

  /** Of each point at the looser and at the tighter latency. */
  const leastLoose = new Float64Array(size);
  const leastTight = new Float64Array(size);
  /** What one of this or the later points costs at least, USD per hour, and the least rate that one of them takes. */
  const entry = new Float64Array(size + 1);
  const entryRps = new Float64Array(size + 1);

  const ranks = new Int32Array(size);
  const counts = new Float64Array(size);
  let depth = 0;

  const seen = seenBranches();
  let slack = 0;
  let complete = true;
  let limit = 0;
  let looks = 0;
  let mostLooks = 0;
  let isCut = false;
  let best: Found | undefined;
  let bestPerHour = 0;
  let collected: Structure[] | undefined;

  /** A cost of whole machines is a multiple of what divides their prices. */
  const divisor = proportional ? 0 : commonDivisor(price);
  const atLeast = (costPerHour: number): number =>
    divisor > 0 ? Math.ceil(costPerHour / divisor - 1e-6) * divisor : costPerHour;
  const floor = (value: number): number => Math.floor(value * (1 + EXACT));
  const ceil = (value: number): number => Math.ceil(value * (1 - EXACT));

  function push(at: number, machines: number): void {
    ranks[depth] = at;
    counts[depth++] = machines;
    machinesLeft.occupy(at, machines);
  }

  function pop(at: number, machines: number): void {
    machinesLeft.occupy(at, -machines);
    depth--;
  }

  /** Whether this was one look too many. */
  function isOneTooMany(): boolean {
    looks += 1;
    if (looks % LOOKS_PER_CLOCK === 0 && expired()) {
      isCut = true;
      complete = false;
      mostLooks = 0;
    }
    return looks > mostLooks;
  }

  /** Records what is on the stack, with `machines` of a point and a partial machine of one. */
  function offer(costPerHour: number, at: number, machines: number, partial: number): void {
    const taken = machines > 0 ? 1 : 0;
    const structure = {
      ranks: new Array<number>(depth + taken),
      counts: new Array<number>(depth + taken),
      partial,
    };
    for (let rank = 0; rank < depth; rank++) {
      structure.ranks[rank] = ranks[rank]!;
      structure.counts[rank] = counts[rank]!;
    }
    if (taken > 0) {
      structure.ranks[depth] = at;
      structure.counts[depth] = machines;
    }
    if (collected) collected.push(structure);
    else {
      best = { structure, costPerHour };
      bestPerHour = costPerHour;
      limit = costPerHour * (1 - slack - EXACT);
    }
  }

  /** The ranks from a point on take `needLoose` requests/s at the looser latency and `needTight` at the tighter one. */
  function explore(from: number, costPerHour: number, needLoose: number, needTight: number): void {
    const isLong = looks >= LONG_SEARCH && collected === undefined && !machinesLeft.isAny;
    if (isLong && seen.isBeaten(from, needLoose, costPerHour)) return;
    for (let at = from; at < size; at++) {
      if (atLeast(costPerHour + Math.max(needLoose * unit[at]!, entry[at]!)) >= limit) return;
      if (isOneTooMany()) return;
      const least = leastLoose[at]!;
      const loose = Math.max(needLoose, least);
      if (atLeast(costPerHour + loose * unit[at]!) >= limit) continue;
      const free = machinesLeft.left(at);
      if (free < 1) continue;
      const tight = Math.max(needTight, leastTight[at]!);
      finish(at, costPerHour, loose, tight, free);
      descend(at, costPerHour, loose, tight, free);
    }
  }

  /** This point is the last: whole machines of it that suffice, or some and a partial one. */
  function finish(at: number, costPerHour: number, loose: number, tight: number, free: number): void {
    const rate = rps[at]!;
    const most = Math.min(free, ceil(tight / rate));
    for (let machines = ceil(loose / rate); machines <= most; machines++) {
      const cost = costPerHour + machines * price[at]!;
      if (cost >= limit) break;
      offer(cost, at, machines, NONE);
    }
    const least = leastLoose[at]!;
    if (!proportional || least > rate) return;
    const mostWhole = Math.min(free - 1, floor(tight / rate));
    for (let machines = floor(loose / rate); machines <= mostWhole; machines++) {
      const partialRps = Math.max(loose - machines * rate, least);
      const cost = costPerHour + machines * price[at]! + partialRps * unit[at]!;
      if (cost >= limit) break;
      offer(cost, at, machines, at);
    }
  }

  /** Some whole machines of this point, and lower ranks. */
  function descend(at: number, costPerHour: number, loose: number, tight: number, free: number): void {
    const next = at + 1;
    if (next === size) return;
    const affordable = Math.floor((limit - costPerHour) / price[at]!);
    let machines = Math.min(free, floor(tight / rps[at]!), affordable);
    for (; machines > 0; machines--) {
      const cost = costPerHour + machines * price[at]!;
      const rest = loose - machines * rps[at]!;
      if (rest > 0 && atLeast(cost + rest * unit[next]!) >= limit) break;
      if (cost + entry[next]! >= limit) continue;
      push(at, machines);
      explore(next, cost, rest, tight - machines * rps[at]!);
      pop(at, machines);
      if (looks > mostLooks) return;
    }
  }

  /** As `explore`, without padding: ranks take exactly the rate. */
  function exploreExactly(from: number, costPerHour: number, need: number): void {
    for (let at = from; at < size; at++) {
      if (atLeast(costPerHour + need * unit[at]!) >= limit || need < entryRps[at]!) return;
      if (isOneTooMany()) return;
      if (need < leastLoose[at]!) continue;
      const free = machinesLeft.left(at);
      const whole = Math.floor((need / rps[at]!) * (1 + TOLERANCE));
      const rest = need - whole * rps[at]!;
      if (rest <= rateRps * TOLERANCE) {
        const cost = costPerHour + whole * price[at]!;
        if (whole <= free && cost < limit) offer(cost, at, whole, NONE);
      } else if (whole < free && rest >= leastLoose[at]!) {
        const cost = costPerHour + whole * price[at]! + (proportional ? rest * unit[at]! : price[at]!);
        if (cost < limit) offer(cost, at, whole, at);
      }
      for (let machines = Math.min(free, whole); machines > 0 && at + 1 < size; machines--) {
        const cost = costPerHour + machines * price[at]!;
        const below = need - machines * rps[at]!;
        if (atLeast(cost + below * unit[at + 1]!) >= limit) break;
        push(at, machines);
        exploreExactly(at + 1, cost, below);
        pop(at, machines);
        if (looks > mostLooks) return;
      }
    }
  }

  function pose(fromMs: number, toMs: number): void {
    entry[size] = Number.POSITIVE_INFINITY;
    entryRps[size] = Number.POSITIVE_INFINITY;
    for (let at = size - 1; at >= 0; at--) {
      leastLoose[at] = leastRps(points[at]!, toMs);
      leastTight[at] = leastRps(points[at]!, fromMs);
      const paid = unit[at]! * leastLoose[at]!;
      entry[at] = Math.min(entry[at + 1]!, proportional ? paid : Math.max(paid, price[at]!));
      entryRps[at] = Math.min(entryRps[at + 1]!, leastLoose[at]!);
    }
    looks = 0;
    isCut = false;
    depth = 0;
    seen.clear();
  }

  /** A rate that is met but for rounding is met. */
  const search = (): void => (dummies ? explore(0, 0, askedRps, askedRps) : exploreExactly(0, 0, rateRps));

  return {
    cheapestWithin(latencyMs) {
      best = undefined;
      bestPerHour = Number.POSITIVE_INFINITY;
      collected = undefined;
      mostLooks = MOST_LOOKS;
      pose(latencyMs, latencyMs);
      for (;;) {
        limit = bestPerHour * (1 - slack - EXACT);
        search();
        if (looks <= mostLooks || isCut) return best;
        if (best === undefined) complete = false;
        if (best === undefined || slack >= MOST_SLACK) return best;
        slack = Math.max(slack * 10, LEAST_SLACK);
        looks = 0;
        mostLooks = MOST_LOOKS_AGAIN;
        seen.clear();
      }
    },
    candidatesBetween(fromMs, toMs, limitPerHour) {
      collected = [];
      mostLooks = MOST_LOOKS_BETWEEN;
      pose(fromMs, toMs);
      limit = limitPerHour * (1 - slack - EXACT);
      search();
      return looks <= mostLooks ? collected : undefined;
    },
    // The first rank collects what all machines take, and none below it is cheaper per request.
    leastCost(latencyMs) {
      pose(latencyMs, latencyMs);
      return Math.min(...unit.map((cost, at) => cost * Math.max(rateRps, leastLoose[at]!)));
    },
    slack: () => slack,
    isComplete: () => complete,
  };
}
