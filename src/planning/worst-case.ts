/**
 * Dispatching: the planned worst case of a batch is its duration plus the time in which it fills, d + 1000·b/w.
 * Harpagon's rule (arXiv 2412.06161) for `batch-aware`; `group` (Scrooge) is our reading.
 *
 * | symbol | here | unit |
 * |---|---|---|
 * | d, b, t | the point's durationMs, batchSize, throughputRps | ms, requests, requests/s |
 * | x | ownRps, what the allocation takes | requests/s |
 * | Σ x of ranks ≥ i | remainingRps, what is left when its turn comes | requests/s |
 * | w | collectionRateRps | requests/s |
 */
import { type DispatchPolicy, TOLERANCE } from '../domain/plan.ts';
import type { OperatingPoint } from '../latency/operating-points.ts';

/** The rate at which a batch of the allocation fills, requests/s; dummies count. */
export function collectionRateRps(
  dispatch: DispatchPolicy,
  point: OperatingPoint,
  ownRps: number,
  remainingRps: number,
): number {
  switch (dispatch) {
    case 'batch-aware':
      return remainingRps;
    case 'group':
      return ownRps;
    case 'round-robin':
      return Math.min(point.throughputRps, ownRps);
  }
}

/** ms */
export const worstCaseMs = (point: OperatingPoint, collectionRps: number): number =>
  point.durationMs + (1000 * point.batchSize) / collectionRps;

/** The least collection rate at which the point keeps the budget, requests/s; infinite where none does. */
export const leastCollectionRps = (point: OperatingPoint, budgetMs: number): number =>
  budgetMs > point.durationMs
    ? (1000 * point.batchSize) / (budgetMs - point.durationMs)
    : Number.POSITIVE_INFINITY;

/**
 * The time that no schedule of these points goes below, ms: with ever more padding batches fill at once, but round-robin
 * machines fill theirs from their own share only.
 */
export const fastestMs = (dispatch: DispatchPolicy, points: readonly OperatingPoint[]): number =>
  Math.min(...points.map(({ durationMs }) => durationMs)) * (dispatch === 'round-robin' ? 2 : 1);

/**
 * Whether the SLO is out of reach for a path whose modules are all at their fastest, which round-robin machines are when
 * they are full, but others only with infinite padding.
 */
export const outOfReach = (dispatch: DispatchPolicy, pathMs: number, sloMs: number): boolean =>
  dispatch === 'round-robin' ? !within(pathMs, sloMs) : sloMs <= pathMs * (1 + LEAST_ROOM);

/** What the SLO must be above for a path that is out of its reach. */
export const leastSloMs = (pathMs: number, sloMs: number): number =>
  sloMs <= pathMs ? pathMs : pathMs * (1 + LEAST_ROOM);

/** Relative: with less room than this above its durations, a path needs padding without measure. */
const LEAST_ROOM = 1e-6;

/** Whether a value keeps its limit; equal counts as kept. */
export const within = (value: number, limit: number): boolean => value <= limit * (1 + TOLERANCE);
