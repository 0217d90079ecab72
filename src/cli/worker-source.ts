/** What runs the batches of a plan: processes of this machine that load its models, or the emulated engine. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { sha256OfFile } from '../files/sha256-of-file.ts';
import type { WorkerSupply } from '../serving/deployment.ts';
import { type ScalingOptions, scalingTerms } from './serve-scaling.ts';

export interface SourceOptions extends ScalingOptions {
  readonly planFile: string;
  readonly emulate: boolean;
  readonly shareCores: boolean;
  /** Serve a plan of another machine, of another version of a model, or of more memory than there is. */
  readonly force: boolean;
}

export interface WorkerSource {
  readonly supply: WorkerSupply;
  readonly coresOf: (worker: number) => readonly number[];
  readonly notes: readonly string[];
}

/** @throws HarpError `bad-input` for plans that cannot be served, `missing-capability` for what this machine lacks */
export const workerSource = (plan: FeasiblePlan, options: SourceOptions): Promise<WorkerSource> =>
  options.emulate ? emulatedWorkers(plan, options) : localWorkers(plan, options);

async function emulatedWorkers(plan: FeasiblePlan, options: SourceOptions): Promise<WorkerSource> {
  const { startEmulatedWorker } = await import('../engine/emulated-worker.ts');
  const { allocationDurations } = await import('../latency/allocation-durations.ts');
  const { roomOf, scalingConfig } = await import('../scaling/configure-scaling.ts');
  // Machines that are not here have as many cores as their workers may ever want.
  const scaling = scalingTerms(plan, options, roomOf(plan));
  const startWorker: WorkerSupply['startWorker'] = ({ planned, module, outputs }) => {
    if (scaling?.mode !== 'vertical') {
      const { durationMs } = allocationDurations(module, planned.type);
      return startEmulatedWorker({ durationMs, outputs });
    }
    const { durationsMs } = scalingConfig(module, scaling.poolCores);
    const durationMs = durationsMs[planned.cores]!;
    return startEmulatedWorker({ durationMs, durationsByCores: durationsMs, outputs });
  };
  return {
    supply: { startWorker, scaling },
    coresOf: () => [],
    notes: ['Emulated: batches take their planned time and answer zeros.'],
  };
}

async function localWorkers(plan: FeasiblePlan, options: SourceOptions): Promise<WorkerSource> {
  const { startProcessWorker } = await import('../engine/process-worker.ts');
  const { placeLocally } = await import('./place-locally.ts');
  // A plan of another machine is just that, whether its models have come along or not.
  if (!options.force) await assertPlanOfThisMachine(plan);
  const modelFiles = plan.modules.map((module) => modelFileOf(module, options.planFile));
  if (!options.force) await assertModelsUnchanged(plan, modelFiles);
  const { placeOf, threadsOf, coresOf, scaling, notes, close } = placeLocally(plan, options);
  const startWorker: WorkerSupply['startWorker'] = ({ planned, layout, slotFile, outputFiles }) =>
    startProcessWorker(
      {
        modelFile: modelFiles[planned.module]!,
        provider: plan.modules[planned.module]!.measuredOn?.[planned.hardware]?.provider ?? 'cpu',
        threads: threadsOf(planned),
        layout,
        slotFile,
        outputFiles,
        warmUpBatchSizes: [1, planned.batchSize],
      },
      placeOf(planned.id),
    );
  return { supply: { startWorker, scaling, released: close }, coresOf, notes };
}

async function assertPlanOfThisMachine(plan: FeasiblePlan): Promise<void> {
  const { assertHardwareHere, assertMemoryHere } = await import('../serving/match-plan.ts');
  const { takeInventory } = await import('../machine/inventory.ts');
  const inventory = await takeInventory();
  const { memoryMiB, limits } = inventory;
  assertHardwareHere(plan, inventory);
  assertMemoryHere(plan, Math.min(memoryMiB, limits?.memoryLimitMiB ?? memoryMiB));
}

async function assertModelsUnchanged(plan: FeasiblePlan, modelFiles: readonly string[]): Promise<void> {
  const { assertUnchanged, profiledFiles } = await import('../serving/match-plan.ts');
  for (const file of profiledFiles(plan, modelFiles))
    assertUnchanged(file, existsSync(file.path) ? await sha256OfFile(file.path) : undefined);
}

function modelFileOf({ name, model }: ModulePlan, planFile: string): string {
  if (model?.file === undefined) {
    throw new HarpError('bad-input', 'the plan does not say which model to load', {
      where: `${planFile}: modules.${name}.model.file`,
      expected: 'the path of an ONNX file',
      got: 'nothing',
      hint: 'Plan again from a measured profile, name the model in the application, or serve with --emulate.',
    });
  }
  const file = resolve(planFile === '-' ? '.' : dirname(planFile), model.file);
  if (existsSync(file)) return file;
  throw new HarpError('bad-input', 'the model is not there', {
    where: `${planFile}: modules.${name}.model.file`,
    expected: 'an ONNX file',
    got: file,
    hint: 'Move it back, or profile and plan again.',
  });
}
