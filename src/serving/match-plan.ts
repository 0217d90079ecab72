/** Whether a plan is of this machine and of these model files: what was measured elsewhere promises nothing here. Pure. */
import { dirname, join } from 'node:path';
import { type ErrorDetails, HarpError } from '../domain/errors.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import type { Machine } from '../domain/profile.ts';
import { isOnDevice } from '../domain/provider.ts';

/** What a machine calls itself where no profile says otherwise. */
const THIS_MACHINE = 'local';

/**
 * @param here this machine, as profiles describe it
 * @throws HarpError `missing-capability` for hardware that is not here
 */
export function assertHardwareHere(
  { modules }: FeasiblePlan,
  here: Pick<Machine, 'cpuModel' | 'gpus'>,
): void {
  for (const { name, allocations, measuredOn = {} } of modules) {
    for (const { hardware } of allocations) {
      const difference = differenceOf(hardware, measuredOn[hardware], here);
      if (difference === undefined) continue;
      throw new HarpError('missing-capability', `the hardware "${hardware}" is not here`, {
        where: `module ${name}`,
        ...difference,
        hint: 'Profile on this machine and plan again, rehearse the plan with --emulate, or serve it all the same with --force.',
      });
    }
  }
}

/**
 * Workers count with all that was resident when they were measured, libraries that they share included.
 * @param availableMiB on this machine, under the limit of its control group
 * @throws HarpError `missing-capability` where the plan's workers together would not fit; those without a figure count as nothing
 */
export function assertMemoryHere({ modules }: FeasiblePlan, availableMiB: number): void {
  const needs = modules.flatMap(({ name, allocations }) =>
    allocations.flatMap(({ machines, batchSize, memoryMiB }) => {
      if (memoryMiB === undefined) return [];
      const workers = Math.ceil(machines);
      return [
        {
          totalMiB: workers * memoryMiB,
          text: `${workers} × ${memoryMiB} for batches of ${batchSize} of ${name}`,
        },
      ];
    }),
  );
  const totalMiB = needs.reduce((sum, need) => sum + need.totalMiB, 0);
  if (totalMiB <= availableMiB) return;
  throw new HarpError('missing-capability', "the plan's workers need more memory than this machine has", {
    expected: `${Math.ceil(totalMiB)} MiB (${needs.map(({ text }) => text).join(', ')})`,
    got: `${Math.floor(availableMiB)} MiB`,
    hint: 'Plan for a lower rate or with smaller batches, or serve it all the same with --force.',
  });
}

/** Of the machine that was measured to this one, or undefined for none. */
function differenceOf(
  hardware: string,
  measured: NonNullable<ModulePlan['measuredOn']>[string] | undefined,
  { cpuModel, gpus = [] }: Pick<Machine, 'cpuModel' | 'gpus'>,
): Pick<ErrorDetails, 'expected' | 'got'> | undefined {
  if (measured === undefined)
    return hardware === THIS_MACHINE ? undefined : { expected: hardware, got: cpuModel };
  if (measured.cpuModel !== cpuModel) return { expected: measured.cpuModel, got: cpuModel };
  // Which device a provider takes is its own business: kinds that were not there when it was measured may be the one.
  if (measured.gpus === undefined || !isOnDevice(measured.provider ?? 'cpu')) return undefined;
  const [expected, got] = [kindsText(measured.gpus), kindsText(gpus.map(({ name }) => name))];
  return expected === got ? undefined : { expected, got };
}

const kindsText = (gpus: readonly string[]): string => [...new Set(gpus)].sort().join(', ') || 'no GPU';

/** A file that belongs to a model. */
export interface ModelFile {
  readonly module: string;
  /** As messages name it. */
  readonly name: string;
  readonly path: string;
  /** When it was profiled. */
  readonly sha256: string;
}

/**
 * What has to be the same as when it was profiled: each model's own file, and those that hold weights beside it.
 * @param modelPaths of each module's model
 */
export const profiledFiles = ({ modules }: FeasiblePlan, modelPaths: readonly string[]): ModelFile[] =>
  modules.flatMap(({ name: module, model }, index) => {
    if (model?.sha256 === undefined) return [];
    const path = modelPaths[index]!;
    return [
      { module, name: model.file ?? path, path, sha256: model.sha256 },
      ...(model.externalData ?? []).map(({ file, sha256 }) => ({
        module,
        name: `${file} of ${model.file ?? path}`,
        path: join(dirname(path), file),
        sha256,
      })),
    ];
  });

/**
 * @param sha256 that it has now; undefined where it is not there
 * @throws HarpError `bad-input` for a file that is not the one that was profiled
 */
export function assertUnchanged(file: ModelFile, sha256: string | undefined): void {
  if (sha256 === file.sha256) return;
  const what =
    sha256 === undefined ? 'a file of the model is not there' : 'the model has changed since it was profiled';
  throw new HarpError('bad-input', what, {
    where: `module ${file.module}: ${file.name}`,
    expected: `sha256 ${file.sha256}`,
    got: sha256 ?? 'nothing',
    hint: 'Profile and plan again, or serve it all the same with --force.',
  });
}
