/** Of several models those that could not be measured, and what is told of them. */
import { gravest, HarpError } from '../domain/errors.ts';

/** A model that cannot be measured, beside others that can. */
export interface FailedModel {
  readonly file: string;
  readonly error: HarpError;
}

/** One of them on a line. */
export const failureText = ({ file, error }: FailedModel): string =>
  (error.message.includes(file) ? '' : `${file}: `) + error.message;

/**
 * One error for all of them, with the code and the hint of the gravest.
 * @param failed at least one
 * @param all models that there were
 */
export function notMeasured(failed: readonly FailedModel[], all: number): HarpError {
  const { code, details } = gravest(failed.map(({ error }) => error))!;
  const what = `${failed.length} of ${all} models could not be measured`;
  return new HarpError(code, [what, ...failed.map(failureText)].join('\n  '), { hint: details.hint });
}
