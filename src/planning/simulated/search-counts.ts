/**
 * The cheapest machine counts of a single module that hold, by trying them (ours). What surely cannot hold is never listed; of the
 * rest, those predicted to hold are tried by rising cost; then the cheaper ones that were predicted to fail, the most promising first,
 * until several in a row did fail. A dozen simulations for most modules.
 */
import type { Capacity } from '../capacity.ts';
import { countsInOrder } from './counts-in-order.ts';
import type { MachineKind } from './machine-kind.ts';
import type { Need } from './needs.ts';

export interface Search<Found> {
  readonly kinds: readonly MachineKind[];
  readonly needs: readonly Need[];
  readonly capacity: Capacity;
  /** Undefined where they do not hold. */
  readonly attempt: (counts: readonly number[]) => Found | undefined;
  /** The share of requests that they are thought to lose. */
  readonly predictLoss: (counts: readonly number[]) => number;
  readonly allowedLoss: number;
  /** Whether to stop with the best so far. */
  readonly isOver: () => boolean;
}

/** A fleet that is known to hold. */
export interface Known<Found> {
  readonly found: Found;
  readonly costPerHour: number;
}

export interface Searched<Found> {
  readonly best: Known<Found> | undefined;
  /** No fleet that meets the needs is cheaper, USD per hour; undefined where time ran out before that was known. */
  readonly floorPerHour: number | undefined;
  /** Whether every cheaper fleet was tried, is part of one that failed, or misses a need. */
  readonly exhaustive: boolean;
}

/** Fleets predicted to fail that are tried in vain before the rest is believed to. */
const PATIENCE = 3;

const LEAST_SAVING = 1e-9;

export function searchCounts<Found>(search: Search<Found>, known: Known<Found> | undefined): Searched<Found> {
  const { kinds, needs, capacity, attempt, predictLoss, allowedLoss, isOver } = search;
  const failed: (readonly number[])[] = [];
  const doubted: { counts: readonly number[]; costPerHour: number; loss: number }[] = [];
  let best = known;
  let floorPerHour: number | undefined;
  const limitPerHour = (): number =>
    best === undefined ? Number.POSITIVE_INFINITY : best.costPerHour * (1 - LEAST_SAVING);
  const isPartOfFailed = (counts: readonly number[]): boolean =>
    failed.some((larger) => counts.every((count, kind) => count <= larger[kind]!));
  const holds = (counts: readonly number[], costPerHour: number): boolean => {
    const found = attempt(counts);
    if (found === undefined) failed.push(counts);
    else best = { found, costPerHour };
    return found !== undefined;
  };

  const listing = countsInOrder(kinds, needs, capacity, () => (isOver() ? 0 : limitPerHour()));
  for (const { counts, costPerHour } of listing) {
    floorPerHour ??= costPerHour;
    if (isPartOfFailed(counts)) continue;
    const loss = predictLoss(counts);
    if (loss > allowedLoss) doubted.push({ counts, costPerHour, loss });
    else holds(counts, costPerHour);
  }
  const wasListed = !isOver();
  doubted.sort((a, b) => a.loss - b.loss || a.costPerHour - b.costPerHour);
  let inVain = 0;
  let untried = 0;
  for (const { counts, costPerHour } of doubted) {
    if (costPerHour >= limitPerHour() || isPartOfFailed(counts)) continue;
    if (inVain >= PATIENCE || isOver()) untried += 1;
    else if (holds(counts, costPerHour)) inVain = 0;
    else inVain += 1;
  }
  // Where none was listed what was known to hold is the cheapest that meets the needs.
  if (wasListed) floorPerHour ??= best?.costPerHour;
  return { best, floorPerHour, exhaustive: wasListed && untried === 0 };
}
