/** What runs the batches of a plan: processes of this machine that load its models, or the emulated engine. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { sha256OfFile } from '../files/sha256-of-file.ts';
import type { StartWorker } from '../serving/deployment.ts';

export interface SourceOptions {
  readonly planFile: string;
  readonly emulate: boolean;
  readonly shareCores: boolean;
  /** Serve a plan of another machine or of another version of a model. */
  readonly force: boolean;
}

export interface WorkerSource {
  readonly start: StartWorker;
  readonly coresOf: (worker: number) => readonly number[];
  readonly notes: readonly string[];
}

/** @throws HarpError `bad-input` for plans that cannot be served, `missing-capability` for what this machine lacks */
export const workerSource = (plan: FeasiblePlan, options: SourceOptions): Promise<WorkerSource> =>
  options.emulate ? emulatedWorkers() : localWorkers(plan, options);

async function emulatedWorkers(): Promise<WorkerSource> {
  const { startEmulatedWorker } = await import('../engine/emulated-worker.ts');
  const { allocationDurations } = await import('../policy/configure-policy.ts');
  return {
    start: ({ planned, module, outputs }) =>
      startEmulatedWorker({ durationMs: allocationDurations(module, planned.type).durationMs, outputs }),
    coresOf: () => [],
    notes: ['Emulated: batches take their planned time and answer zeros.'],
  };
}

async function localWorkers(
  plan: FeasiblePlan,
  { planFile, shareCores, force }: SourceOptions,
): Promise<WorkerSource> {
  const { startProcessWorker } = await import('../engine/process-worker.ts');
  const { canConfine } = await import('../machine/confine.ts');
  const { usableCores } = await import('../machine/inventory.ts');
  const { placeWorkers } = await import('../machine/place-workers.ts');
  const { plannedWorkers } = await import('../policy/configure-policy.ts');
  const modelFiles = plan.modules.map((module) => modelFileOf(module, planFile));
  if (!force) await assertPlanOfThisMachine(plan, modelFiles);
  const available = usableCores();
  const places = placeWorkers(
    plannedWorkers(plan).map(({ cores }) => cores),
    available,
    { share: shareCores },
  );
  return {
    start: ({ planned, layout, slotFile, outputFiles }) =>
      startProcessWorker(
        {
          modelFile: modelFiles[planned.module]!,
          provider: 'cpu',
          threads: Math.ceil(planned.cores),
          layout,
          slotFile,
          outputFiles,
          warmUpBatchSizes: [1, planned.batchSize],
        },
        places[planned.id]!,
      ),
    coresOf: (worker) => (canConfine() ? places[worker]! : []),
    notes: [
      ...(canConfine()
        ? []
        : ['Workers cannot be confined to cores on this machine: durations may differ from the plan.']),
      ...(places.flat().length > available.length
        ? ['Workers share cores: durations may exceed the plan.']
        : []),
    ],
  };
}

async function assertPlanOfThisMachine(plan: FeasiblePlan, modelFiles: readonly string[]): Promise<void> {
  const { assertHardwareHere, assertModelsUnchanged } = await import('../serving/match-plan.ts');
  const { takeInventory } = await import('../machine/inventory.ts');
  assertHardwareHere(plan, (await takeInventory()).cpuModel);
  assertModelsUnchanged(plan, (module) => sha256OfFile(modelFiles[module]!));
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
