/** A worker whose cores change is a machine of another type each time: one for every number of cores and every limit of its batch. */
import type { MachineType } from '../policy/dispatch/dispatcher.ts';
import type { ModuleConfig } from '../policy/module-state.ts';
import { mostBatch, type ScalingConfig, type ScalingPolicy } from './scaling-policy.ts';

const DISPATCH = { eager: 'eager', 'work-conserving': 'timeout' } as const;

/**
 * A module as the policy about requests is to see it. Its workers are configured with the most that they may have, which is what
 * admission counts with.
 */
export function scaledModule(
  config: ScalingConfig,
  { dispatch, start }: Pick<ScalingPolicy, 'dispatch' | 'start'>,
  instances: number,
  { firstWorker, queueLimit }: { readonly firstWorker: number; readonly queueLimit: number },
): ModuleConfig {
  const { cores, batchSize } = start(config);
  const type = typeOf(config, cores, batchSize);
  return {
    machineTypes: typesOf(config),
    workers: Array.from({ length: instances }, (_, index) => ({ id: firstWorker + index, type })),
    dispatch: DISPATCH[dispatch],
    queueLimit,
    timerLeadMs: 0,
    // What runs next may run on other cores.
    aheadMs: 0,
  };
}

const typesOf = (config: ScalingConfig): MachineType[] =>
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
