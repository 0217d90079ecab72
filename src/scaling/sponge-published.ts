/**
 * The scaling policy `sponge-published`: the optimizer of Sponge (arXiv 2404.00704) to the letter of its public code (our
 * reading). Once an interval the least cores c, then the least batch size b, for which everything that is expected to come in
 * an interval is done within the time that the network leaves:
 *
 *   ceil(λ·interval/b)·l(b, c) + clMax ≤ 0.9·SLO
 *
 * | symbol | meaning | unit |
 * |---|---|---|
 * | λ | a configured rate, not measured | requests/s |
 * | l(b, c) | duration of a batch, cut to whole ms | ms |
 * | clMax | what the network took of the last request that came | ms |
 *
 * Where none fits, the last choice stays. Cost: cores · batch sizes.
 */
import { afterLastRequest, SLO_SHARE } from './after-last-request.ts';
import {
  mostBatch,
  mostCores,
  type ScalingConfig,
  type ScalingDecision,
  type ScalingPolicy,
} from './scaling-policy.ts';

export const spongePublished: ScalingPolicy = {
  dispatch: 'work-conserving',
  start: (config) => ({ instances: 1, cores: mostCores(config), batchSize: 1 }),
  scaler: afterLastRequest(leastPublished),
};

/** @param networkMs clMax */
export function leastPublished(config: ScalingConfig, networkMs: number): ScalingDecision | undefined {
  const { durationsMs, rateRps, intervalMs, sloMs } = config;
  const expected = (rateRps * intervalMs) / 1000;
  for (let cores = 1; cores <= mostCores(config); cores++) {
    for (let batchSize = 1; batchSize <= mostBatch(config); batchSize++) {
      const batchMs = Math.trunc(durationsMs[cores]![batchSize]!);
      const doneMs = Math.ceil(expected / batchSize) * batchMs + networkMs;
      if (doneMs <= SLO_SHARE * sloMs) return { instances: 1, cores, batchSize, feasible: true };
    }
  }
  return undefined;
}
