/** Scaling policies that never scale: what the others are to beat, with our dispatch and without it. */
import { mostBatch, type ScalingPolicy } from './scaling-policy.ts';

/** One instance with so many cores. */
export const staticCores = (cores: number, dispatch: ScalingPolicy['dispatch']): ScalingPolicy => ({
  dispatch,
  start: (config) => ({ instances: 1, cores, batchSize: mostBatch(config) }),
  scaler: () => ({}),
});

/** So many instances of one core each. */
export const staticReplicas = (instances: number): ScalingPolicy => ({
  dispatch: 'eager',
  start: (config) => ({ instances, cores: 1, batchSize: mostBatch(config) }),
  scaler: () => ({}),
});
