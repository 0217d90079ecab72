/** A worker whose cores change is a machine of another type each time: one for every number of cores and every limit of its batch. */
import type { MachineType } from '../policy/dispatch/dispatcher.ts';
import { mostBatch, type ScalingConfig } from './scaling-policy.ts';

export const typesOf = (config: ScalingConfig): MachineType[] =>
  config.durationsMs.slice(1).flatMap((durations) => {
    const tailMs = durations.map((ms) => ms * (1 + config.batchMargin));
    return Array.from({ length: mostBatch(config) }, (_, index) => ({
      batchSize: index + 1,
      tailMs,
      // Nobody waits for others, and rates are for rules that share work out.
      windowMs: 0,
      rateRps: 1,
    }));
  });

/** The place of a type among them. */
export const typeOf = (config: ScalingConfig, cores: number, batchSize: number): number =>
  (cores - 1) * mostBatch(config) + batchSize - 1;
