/** Whether two profiles are of one model, which may have changed between them, and of one point at least: only then does a comparison say something. */
import { configText } from '../domain/config-text.ts';
import { HarpError } from '../domain/errors.ts';
import type { Profile } from '../domain/profile.ts';
import { describeSpec, type TensorSpec } from '../domain/tensor.ts';
import { isSame } from '../latency/choose-next-point.ts';
import type { PointConfig } from './measure-point.ts';

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

/**
 * @param then what was measured then
 * @param now what may be measured now, or is kept
 * @param file of the profile that is compared with
 * @throws HarpError `bad-input` where no point is in both
 */
export function assertCommonPoint(
  then: readonly PointConfig[],
  now: readonly PointConfig[],
  file: string,
): void {
  if (then.some((point) => now.some((other) => isSame(point, other)))) return;
  throw new HarpError('bad-input', 'no point of this profile is measured now: there is nothing to compare', {
    where: `--compare ${file}`,
    expected: then.length === 0 ? 'a profile with a measured point' : `one of ${pointsText(then)}`,
    got: pointsText(now),
    hint: 'Choose --batch-sizes and --cores that the earlier profile measured, too.',
  });
}

/** "batch 1 on 1 core, batch 2 on 1 core", and only so many of them. */
function pointsText(points: readonly PointConfig[]): string {
  const told = points.slice(0, MOST_TOLD).map(configText);
  return [...told, ...(points.length > MOST_TOLD ? [`${points.length - MOST_TOLD} more`] : [])].join(', ');
}

const MOST_TOLD = 8;

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
  inputs.map((spec) => `${spec.name} ${describeSpec(spec)}`).join(', ');

const anotherModel = (file: string, expected: string, got: string): HarpError =>
  new HarpError('bad-input', 'this profile is of another model: there is nothing to compare', {
    where: `--compare ${file}`,
    expected,
    got,
    hint: 'Compare with an earlier profile of the same model, as harp profile saved it.',
  });
