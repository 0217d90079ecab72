/** What a plan keeps of a profile so that it can be enforced without it: every profiled batch size's duration and its tail. */
import type { LatencySummary, ProfilePoint } from '../domain/profile.ts';
import type { ServiceTime, Spread } from '../domain/service-time.ts';

/** One service time per point, in the order given. */
export const serviceTimes = (points: readonly ProfilePoint[]): ServiceTime[] =>
  points.map((point) => {
    const { hardware, cores, batchSize, durationMs, latencyMs } = point;
    const tailMs = tailOf(point);
    return {
      hardware,
      cores,
      batchSize,
      durationMs,
      tailMs,
      ...(latencyMs && { latencyMs: spreadOf(latencyMs) }),
    };
  });

/** Deferring a batch by its mean duration collapses under 2 % of jitter: decide with what hardly any run exceeds. */
function tailOf({ durationMs, latencyMs, predictedMs, spreadMs }: ProfilePoint): number {
  if (latencyMs) return Math.max(durationMs, latencyMs.p99, latencyMs.mean + 3 * latencyMs.stddev);
  if (predictedMs && spreadMs) return Math.max(durationMs, predictedMs.p99 + spreadMs.p99);
  return durationMs;
}

const spreadOf = ({ min, p50, p95, p99, max }: LatencySummary): Spread => ({ min, p50, p95, p99, max });
