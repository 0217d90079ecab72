/**
 * The scaling policy `fa2`: one-core replicas come and go, as Sponge's evaluation compares itself with FA2 (our reading of
 * its public code). Once an interval the least number of replicas n, and with it the least batch size b, for which
 *
 *   l(b, 1) ≤ remaining,  n·floor(remaining/l)·b ≥ λ·interval,  (ceil(λ·interval/(n·b)) + 1)·l + clMax < 0.9·SLO
 *
 * with remaining = SLO − clMax, the other symbols as in `sponge-published`. Where none fits, the last choice stays.
 */
import { afterLastRequest, SLO_SHARE } from './after-last-request.ts';
import {
  mostBatch,
  mostCores,
  type ScalingConfig,
  type ScalingDecision,
  type ScalingPolicy,
} from './scaling-policy.ts';

export const fa2: ScalingPolicy = {
  dispatch: 'work-conserving',
  start: (config) => ({ instances: mostCores(config), cores: 1, batchSize: 1 }),
  scaler: afterLastRequest(leastReplicas),
};

/** @param networkMs clMax */
export function leastReplicas(config: ScalingConfig, networkMs: number): ScalingDecision | undefined {
  const { durationsMs, rateRps, intervalMs, sloMs } = config;
  const expected = (rateRps * intervalMs) / 1000;
  const remainingMs = sloMs - networkMs;
  for (let instances = 1; instances <= mostCores(config); instances++) {
    for (let batchSize = 1; batchSize <= mostBatch(config); batchSize++) {
      const batchMs = durationsMs[1]![batchSize]!;
      if (batchMs > remainingMs) break;
      const done = instances * Math.floor(remainingMs / batchMs) * batchSize;
      const lastMs = (Math.ceil(expected / (instances * batchSize)) + 1) * batchMs + networkMs;
      if (done >= expected && lastMs < SLO_SHARE * sloMs) {
        return { instances, cores: 1, batchSize, feasible: true };
      }
    }
  }
  return undefined;
}
