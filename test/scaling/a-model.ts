/** YOLOv5s as Sponge published it, written down once more: what tests expect must not come from what they test. */
import type { ScalingConfig } from '../../src/scaling/scaling-policy.ts';

export const yoloMs = (b: number, c: number): number =>
  (140.43516 * b - 50.84151) / c + 25.23877 * b + 22.13587;

export const MOST_CORES = 16;
export const MOST_BATCH = 8;

export const configOf = (asked: Partial<ScalingConfig> = {}): ScalingConfig => ({
  durationsMs: Array.from({ length: MOST_CORES + 1 }, (_, c) =>
    Float64Array.from({ length: MOST_BATCH + 1 }, (_, b) => (b > 0 && c > 0 ? yoloMs(b, c) : 0)),
  ),
  sloMs: 1000,
  rateRps: 20,
  intervalMs: 1000,
  margin: 0.05,
  batchMargin: 0.08,
  ...asked,
});
