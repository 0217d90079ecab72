/** A scaled policy of one module that has a machine to itself, as experiments with scaling policies want it. */
import { moduleRoute } from '../policy/route.ts';
import { scaledModule } from './machine-types.ts';
import { createScaled } from './scaled-policy.ts';
import type { ScaledState } from './scaled-state.ts';
import { mostCores, type ScalingConfig, type ScalingPolicy } from './scaling-policy.ts';

/**
 * Workers begin down, with the cores of the policy's start: instance i is worker i. Admission refuses what those could not
 * answer, expiry what the present ones cannot.
 * @param queueLimit requests that may wait at most
 */
export function createScaledPolicy(
  config: ScalingConfig,
  policy: ScalingPolicy,
  queueLimit: number,
): ScaledState {
  const decision = { ...policy.start(config), feasible: true };
  const module = scaledModule(config, policy, decision.instances, { firstWorker: 0, queueLimit });
  const route = {
    name: 'module',
    after: [],
    splits: false,
    tasksPerRequest: 1,
    worstCaseMs: config.sloMs,
    fastestMs: module.machineTypes.at(-1)!.tailMs[1]!,
  };
  return createScaled({
    config: {
      modules: [module],
      routes: [moduleRoute(route, 0)],
      deadlines: 'slo',
      reserveMs: 0,
      paced: false,
    },
    modules: [{ config, policy, decision }],
    poolCores: mostCores(config),
    acts: true,
  });
}
