/**
 * The scaling policy `aimd`: knows neither durations nor deadlines; one core less after an interval without a miss, twice as
 * many after one with. The additive-increase, multiplicative-decrease of congestion control, turned around: cores are
 * given back carefully and taken at once (our reading of what a model-free scaler does).
 */
import { everything, leastCores, mostCores, type ScalingPolicy } from './scaling-policy.ts';

export const aimd: ScalingPolicy = {
  dispatch: 'eager',
  start: everything,
  scaler: (config) => {
    let misses = 0;
    return {
      missed: () => {
        misses += 1;
      },
      tick: ({ current }) => {
        const feasible = misses === 0;
        const cores = feasible
          ? Math.max(leastCores(config), current.cores - 1)
          : Math.min(mostCores(config), 2 * current.cores);
        misses = 0;
        return { ...current, cores, feasible };
      },
    };
  },
};
