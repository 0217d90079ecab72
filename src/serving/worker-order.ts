/** What a worker of a plan is started with: its part of the plan, and the files that rows and outputs go through. */
import { join } from 'node:path';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import type { RowLayout } from '../engine/worker-port.ts';
import type { PlannedWorker } from '../policy/configure-policy.ts';
import type { ServedModule } from './served-module.ts';
import type { SlotFile } from './slot-file.ts';

export interface WorkerOrder {
  readonly planned: PlannedWorker;
  readonly module: ModulePlan;
  readonly layout: RowLayout;
  readonly outputs: readonly TensorSpec[];
  /** Rows are read from here. */
  readonly slotFile: string;
  /** Outputs of batches are left in these in turn. */
  readonly outputFiles: readonly [string, string];
}

/**
 * @param modules of the plan, and `slotFiles` of theirs
 * @param folder for outputs
 */
export const workerOrders = (
  plan: FeasiblePlan,
  workers: readonly PlannedWorker[],
  modules: readonly ServedModule[],
  slotFiles: readonly SlotFile[],
  folder: string,
): WorkerOrder[] =>
  workers.map((planned) => {
    const { layout, outputs } = modules[planned.module]!;
    return {
      planned,
      module: plan.modules[planned.module]!,
      layout,
      outputs,
      slotFile: slotFiles[planned.module]!.path,
      outputFiles: [join(folder, `out-${planned.id}-0`), join(folder, `out-${planned.id}-1`)],
    };
  });
