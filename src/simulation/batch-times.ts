/**
 * How long batches take in a simulation: as planned, spread by a stated jitter, or as the profile measured them, drawn from
 * its quantiles with straight lines between (our reading of what five figures of a distribution say).
 */
import type { FeasiblePlan, Spread } from '../domain/plan.ts';
import type { Random } from '../numeric/prng.ts';
import { allocationDurations, type PlannedWorker } from '../policy/configure-policy.ts';

export type BatchTimes =
  | { readonly kind: 'exact' }
  /** Normal, with this coefficient of variation, cut at three of them. */
  | { readonly kind: 'jitter'; readonly cv: number }
  | { readonly kind: 'measured' };

/** How long a batch of a size takes on a worker, ms; a new draw each time. */
export type BatchMs = (worker: number, size: number) => number;

export function batchTimes(
  plan: FeasiblePlan,
  workers: readonly PlannedWorker[],
  times: BatchTimes,
  random: Random,
): BatchMs {
  const planned = workers.map(
    ({ module, type }) => allocationDurations(plan.modules[module]!, type).durationMs,
  );
  if (times.kind === 'exact') return (worker, size) => planned[worker]![size]!;
  if (times.kind === 'jitter') {
    const { cv } = times;
    return (worker, size) => {
      const off = Math.max(-3, Math.min(3, random.normal()));
      return Math.max(planned[worker]![size]! * (1 + cv * off), 0);
    };
  }
  const factors = workers.map((worker) => spreadBySize(plan, worker));
  return (worker, size) => planned[worker]![size]! * factors[worker]![size]!(random.uniform());
}

type Factor = (share: number) => number;

/** What a duration is multiplied with at each quantile, by batch size: that of the next profiled size that has a spread. */
function spreadBySize(plan: FeasiblePlan, { module, hardware, cores, batchSize }: PlannedWorker): Factor[] {
  const known = plan.modules[module]!.serviceTimes.filter(
    (time) => time.hardware === hardware && time.cores === cores && time.latencyMs !== undefined,
  ).sort((a, b) => a.batchSize - b.batchSize);
  return Array.from({ length: batchSize + 1 }, (_, size) => {
    const nearest = known.find((time) => time.batchSize >= size) ?? known.at(-1);
    return nearest ? quantilesOf(nearest.latencyMs!, nearest.durationMs) : () => 1;
  });
}

const SHARES = [0, 0.5, 0.95, 0.99, 1];

function quantilesOf({ min, p50, p95, p99, max }: Spread, durationMs: number): Factor {
  const at = [min, p50, p95, p99, max].map((ms) => ms / durationMs);
  return (share) => {
    let above = 1;
    while (above < SHARES.length - 1 && SHARES[above]! < share) above++;
    const from = SHARES[above - 1]!;
    const part = (share - from) / (SHARES[above]! - from);
    return at[above - 1]! + part * (at[above]! - at[above - 1]!);
  };
}
