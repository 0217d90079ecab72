/** What a plan keeps of a profile so that it can be enforced without it: every profiled batch size's duration and its tail. */
import type { ServiceTime, Spread } from '../domain/plan.ts';
import type { LatencySummary, ProfilePoint } from '../domain/profile.ts';

/** One service time per point, in the order given. */
export const serviceTimes = (points: readonly ProfilePoint[]): ServiceTime[] =>
  points.map(({ hardware, cores, batchSize, durationMs, latencyMs }) => ({
    hardware,
    cores,
    batchSize,
    durationMs,
    // Deferring a batch by its mean duration collapses under 2 % of jitter: decide with what hardly any run exceeds.
    tailMs: latencyMs
      ? Math.max(durationMs, latencyMs.p99, latencyMs.mean + 3 * latencyMs.stddev)
      : durationMs,
    ...(latencyMs && { latencyMs: spreadOf(latencyMs) }),
  }));

const spreadOf = ({ min, p50, p95, p99, max }: LatencySummary): Spread => ({ min, p50, p95, p99, max });
