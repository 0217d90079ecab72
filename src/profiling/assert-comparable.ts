/** Whether two profiles are of one model, which may have changed between them: only then does a comparison say something. */
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import type { TensorSpec } from '../domain/tensor.ts';

type Model = Profile['model'];

/**
 * A model of the same name may have another content, that is what is compared; one of another name only the same content.
 * @param file of the profile that is compared with
 * @throws HarpError `bad-input`
 */
export function assertComparable(then: Model, now: Model, file: string): void {
  if (then.name !== now.name && then.sha256 !== now.sha256) {
    throw anotherModel(file, `a profile of "${now.name}", or of the same file`, `one of "${then.name}"`);
  }
  if (then.inputs !== undefined && now.inputs !== undefined && !isSameWork(then.inputs, now.inputs)) {
    throw anotherModel(
      file,
      `a profile of a model with the inputs ${inputsText(now.inputs)}`,
      inputsText(then.inputs),
    );
  }
}

/** The batch aside, and lengths that only a run fixes; names may differ. */
const isSameWork = (then: readonly TensorSpec[], now: readonly TensorSpec[]): boolean =>
  then.length === now.length &&
  then.every(({ datatype, shape }, index) => {
    const other = now[index]!;
    const isSame = (dim: number | string, axis: number): boolean =>
      axis === 0 ||
      typeof dim === 'string' ||
      typeof other.shape[axis] === 'string' ||
      dim === other.shape[axis];
    return datatype === other.datatype && shape.length === other.shape.length && shape.every(isSame);
  });

const inputsText = (inputs: readonly TensorSpec[]): string =>
  inputs.map(({ name, datatype, shape }) => `${name} ${datatype} [${shape.join(', ')}]`).join(', ');

const anotherModel = (file: string, expected: string, got: string): HarpError =>
  new HarpError('bad-input', 'this profile is of another model: there is nothing to compare', {
    where: `--compare ${file}`,
    expected,
    got,
    hint: 'Compare with an earlier profile of the same model, as harp profile saved it.',
  });
