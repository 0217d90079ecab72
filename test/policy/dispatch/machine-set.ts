/** One module on machines made up for a test. */
import type { DispatchRuleName } from '../../../src/domain/enforcement.ts';
import type { PolicySetup } from '../../../src/policy/configure-policy.ts';
import { applicationRoute } from '../../../src/policy/route.ts';

export interface Kind {
  /** By batch size from 1 on. */
  readonly durationsMs: readonly number[];
  readonly machines?: number;
  readonly rateRps?: number;
}

/** @param worstCaseMs when a request is due */
export function machineSet(
  kinds: readonly Kind[],
  dispatch: DispatchRuleName,
  worstCaseMs: number,
): PolicySetup {
  const machineTypes = kinds.map(({ durationsMs, rateRps = 100 }) => ({
    batchSize: durationsMs.length,
    tailMs: Float64Array.of(0, ...durationsMs),
    windowMs: Math.max(0, worstCaseMs - durationsMs.at(-1)!),
    rateRps,
  }));
  const workers = kinds
    .flatMap(({ machines = 1 }, type) => new Array<number>(machines).fill(type))
    .map((type, id) => ({ id, module: 0, type, hardware: `kind-${type}`, cores: 1, batchSize: 0 }));
  const fastestMs = Math.min(...kinds.map(({ durationsMs }) => durationsMs[0]!));
  const route = applicationRoute([
    { name: 'module', after: [], splits: false, tasksPerRequest: 1, worstCaseMs, fastestMs },
  ]);
  const limits = { queueLimit: Number.POSITIVE_INFINITY, timerLeadMs: 0, aheadMs: 0 };
  return {
    config: {
      modules: [{ machineTypes, workers, dispatch, ...limits }],
      routes: [route],
      deadlines: 'planned',
      reserveMs: 0,
      paced: false,
    },
    workers,
  };
}

/** Every batch takes as long as its machine is expected to. */
export const expected =
  ({ config, workers }: PolicySetup) =>
  (worker: number, size: number): number =>
    config.modules[0]!.machineTypes[workers[worker]!.type]!.tailMs[size]!;
