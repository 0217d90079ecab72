/** Whether a plan is of this machine and of these model files: what was measured elsewhere promises nothing here. Pure. */
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan } from '../domain/plan.ts';

/** What a machine calls itself where no profile says otherwise. */
const THIS_MACHINE = 'local';

/**
 * @param cpuModel of this machine, as profiles name it
 * @throws HarpError `missing-capability` for hardware that is not here
 */
export function assertHardwareHere({ modules }: FeasiblePlan, cpuModel: string): void {
  for (const { name, allocations, measuredOn = {} } of modules) {
    for (const { hardware } of allocations) {
      const measured = measuredOn[hardware];
      if (measured === undefined ? hardware === THIS_MACHINE : measured.cpuModel === cpuModel) continue;
      throw new HarpError('missing-capability', `the hardware "${hardware}" is not here`, {
        where: `module ${name}`,
        expected: measured?.cpuModel ?? hardware,
        got: cpuModel,
        hint: 'Profile on this machine and plan again, rehearse the plan with --emulate, or serve it all the same with --force.',
      });
    }
  }
}

/**
 * @param sha256Of each module's model file
 * @throws HarpError `bad-input` for a model that is not the one that was profiled
 */
export function assertModelsUnchanged({ modules }: FeasiblePlan, sha256Of: (module: number) => string): void {
  for (const [index, { name, model }] of modules.entries()) {
    if (model?.sha256 === undefined) continue;
    const sha256 = sha256Of(index);
    if (sha256 === model.sha256) continue;
    throw new HarpError('bad-input', 'the model has changed since it was profiled', {
      where: `module ${name}: ${model.file}`,
      expected: `sha256 ${model.sha256}`,
      got: sha256,
      hint: 'Profile and plan again, or serve it all the same with --force.',
    });
  }
}
