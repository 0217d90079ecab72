/** Plans by hand for tests of the policy and the daemon. */
import type { FeasiblePlan } from '../src/domain/plan.ts';
import type { TensorSpec } from '../src/domain/tensor.ts';

export interface PlannedModule {
  readonly name: string;
  readonly after?: string[];
  readonly batchSize?: number;
  readonly durationMs?: number;
  /** Of a batch of one; as long as a full one by default. */
  readonly singleMs?: number;
  readonly machines?: number;
  readonly budgetMs?: number;
  readonly file?: string;
  readonly inputs?: TensorSpec[];
  readonly outputs?: TensorSpec[];
  readonly sources?: Record<string, string>;
  readonly perRequest?: number;
  readonly rows?: 'split';
}

export const tensor = (name: string, ...dims: number[]): TensorSpec => ({
  name,
  datatype: 'FP32',
  shape: ['batch', ...dims],
});

export function planOf(application: string, modules: readonly PlannedModule[], rateRps = 100): FeasiblePlan {
  const budgets = modules.map(({ budgetMs = 500 }) => budgetMs);
  return {
    schemaVersion: 1,
    kind: 'plan',
    application,
    planner: 'hand',
    feasible: true,
    rateRps,
    sloMs: budgets.reduce((sum, ms) => sum + ms, 0),
    billing: 'whole',
    costPerHour: 1,
    worstCaseMs: 100,
    hardware: {},
    modules: modules.map(
      ({
        name,
        after = [],
        batchSize = 4,
        durationMs = 10,
        singleMs,
        machines = 1,
        budgetMs = 500,
        perRequest = 1,
        rows,
        ...model
      }) => ({
        name,
        after,
        perRequest,
        ...(rows && { rows }),
        rateRps,
        dummyRps: 0,
        budgetMs,
        worstCaseMs: budgetMs,
        dispatch: 'batch-aware',
        costPerHour: 1,
        allocations: [
          {
            rank: 1,
            hardware: 'local',
            cores: 1,
            batchSize,
            durationMs,
            machines,
            throughputRps: 100,
            rateRps,
            collectionRateRps: rateRps,
            worstCaseMs: budgetMs,
            pricePerHour: 1,
            costPerHour: 1,
          },
        ],
        serviceTimes: [
          { size: 1, ms: batchSize === 1 ? durationMs : (singleMs ?? durationMs) },
          { size: batchSize, ms: durationMs },
        ].map(({ size, ms }) => ({
          hardware: 'local',
          cores: 1,
          batchSize: size,
          durationMs: ms,
          tailMs: ms,
        })),
        ...(model.sources && { inputs: model.sources }),
        model: {
          name,
          ...(model.file !== undefined && { file: model.file }),
          inputs: model.inputs ?? [tensor('x', 2)],
          outputs: model.outputs ?? [tensor('y', 2)],
        },
      }),
    ),
  };
}
