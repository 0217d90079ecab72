/**
 * How long batches take in a simulation: as planned, spread by a stated jitter, or as the profile measured them, drawn from
 * its quantiles with straight lines between (our reading of what five figures of a distribution say).
 */
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Spread } from '../domain/service-time.ts';
import { allocationDurations } from '../latency/allocation-durations.ts';
import type { Random } from '../numeric/prng.ts';
import type { PlannedWorker } from '../policy/configure-policy.ts';

export type BatchTimes =
  | { readonly kind: 'exact' }
  /** Normal, with this coefficient of variation, cut at three of them. */
  | { readonly kind: 'jitter'; readonly cv: number }
  | { readonly kind: 'measured' };

/** How long a batch of a size takes on a worker, ms; a new draw each time. */
export type BatchMs = (worker: number, size: number) => number;

/** @param times `measured` needs a plan with measured spreads, as `assertMeasured` says */
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
  const factors = workers.map((worker) => factorsBySize(plan, worker));
  return (worker, size) => planned[worker]![size]! * factors[worker]![size]!(random.uniform());
}

/** What a duration is multiplied with at a quantile, 0..1. */
type Factor = (share: number) => number;

/** By batch size: that of the next larger one that was measured. */
function factorsBySize(plan: FeasiblePlan, worker: PlannedWorker): Factor[] {
  const measured = spreadsOf(plan, worker);
  return Array.from({ length: worker.batchSize + 1 }, (_, size) => {
    const { spread, durationMs } = measured.find(({ batchSize }) => batchSize >= size) ?? measured.at(-1)!;
    return factorOf(spread, durationMs);
  });
}

/** By rising batch size. */
const spreadsOf = (plan: FeasiblePlan, { module, hardware, cores }: PlannedWorker) =>
  plan.modules[module]!.serviceTimes.filter((time) => time.hardware === hardware && time.cores === cores)
    .flatMap(({ batchSize, durationMs, latencyMs }) =>
      latencyMs ? [{ batchSize, durationMs, spread: latencyMs }] : [],
    )
    .sort((a, b) => a.batchSize - b.batchSize);

const SHARES = [0, 0.5, 0.95, 0.99, 1];

function factorOf({ min, p50, p95, p99, max }: Spread, durationMs: number): Factor {
  const factors = [min, p50, p95, p99, max].map((ms) => ms / durationMs);
  return (share) => {
    let above = 1;
    while (above < SHARES.length - 1 && SHARES[above]! < share) above++;
    const from = SHARES[above - 1]!;
    const part = (share - from) / (SHARES[above]! - from);
    return factors[above - 1]! + part * (factors[above]! - factors[above - 1]!);
  };
}

/** @throws HarpError `bad-input` where a machine of the plan has durations without a measured spread */
export function assertMeasured(plan: FeasiblePlan, workers: readonly PlannedWorker[]): void {
  const unknown = workers.find((worker) => spreadsOf(plan, worker).length === 0);
  if (unknown === undefined) return;
  throw new HarpError('bad-input', 'no measured spread of durations', {
    where: `module ${plan.modules[unknown.module]!.name} on ${unknown.hardware}`,
    expected: 'latencyMs in the plan’s serviceTimes, from a profile that harp measured',
    hint: 'Spread them by a share of themselves instead: --service-times jitter:0.05.',
  });
}

/**
 * @param text `exact`, `measured` or `jitter:CV`
 * @throws HarpError `usage`
 */
export function parseBatchTimes(text: string): BatchTimes {
  if (text === 'exact' || text === 'measured') return { kind: text };
  const cv = Number(/^jitter:(.+)$/.exec(text)?.[1]);
  if (cv > 0 && cv <= 1) return { kind: 'jitter', cv };
  throw new HarpError('usage', 'invalid value', {
    where: '--service-times',
    expected: 'exact, measured, or jitter:CV with 0 < CV ≤ 1',
    got: JSON.stringify(text),
    hint: 'jitter:0.05 spreads durations with a standard deviation of 5 %.',
  });
}
