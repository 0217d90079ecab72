/** Scalers as in Sponge's public code: once an interval, by what the network took of the last request that came. */
import type { Scaler, ScalingConfig, ScalingDecision } from './scaling-policy.ts';

/** The share of the SLO that they plan for. */
export const SLO_SHARE = 0.9;

/** @param decide from that time in ms; where nothing fits, the last choice stays */
export const afterLastRequest =
  (decide: (config: ScalingConfig, networkMs: number) => ScalingDecision | undefined) =>
  (config: ScalingConfig): Scaler => {
    let networkMs = 0;
    return {
      arrived: (deadlineMs, nowMs) => {
        networkMs = config.sloMs - (deadlineMs - nowMs);
      },
      tick: ({ current }) => decide(config, networkMs) ?? { ...current, feasible: false },
    };
  };
