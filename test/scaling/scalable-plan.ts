/** Plans by hand whose durations are known on one to eight cores. */
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { planOf } from '../plan-of.ts';

export interface ScalableModule {
  readonly name: string;
  readonly after?: string[];
  /** Of a batch of one, what cores do not share, and what they do on one core. */
  readonly singleMs: number;
  readonly sharedMs: number;
  readonly sloMs: number;
  readonly machines?: number;
}

const CORES = [1, 2, 4, 8];
const BATCH_SIZES = [1, 2, 4];

/** A batch of b takes (single + shared/c)·(1 + (b − 1)/2). */
export function scalablePlan(name: string, modules: readonly ScalableModule[]): FeasiblePlan {
  const plan = planOf(
    name,
    modules.map(({ name: module, after = [], sloMs, machines = 1, singleMs, sharedMs }) => ({
      ...{ name: module, after, machines, budgetMs: sloMs, batchSize: 4 },
      durationMs: (singleMs + sharedMs) * 2.5,
    })),
  );
  return {
    ...plan,
    modules: plan.modules.map((planned, index) => ({
      ...planned,
      serviceTimes: CORES.flatMap((cores) =>
        BATCH_SIZES.map((batchSize) => {
          const { singleMs, sharedMs } = modules[index]!;
          const durationMs = (singleMs + sharedMs / cores) * (1 + (batchSize - 1) / 2);
          return { hardware: 'local', cores, batchSize, durationMs, tailMs: durationMs };
        }),
      ),
    })),
  };
}
