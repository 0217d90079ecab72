/** The lengths that a user gave to named dimensions, checked against the models before any work starts. */
import { HarpError } from '../domain/errors.ts';
import type { ModelSummary } from '../domain/model-summary.ts';
import { randomInputs } from '../engine/random-inputs.ts';

/**
 * @param dims length by dimension name
 * @throws HarpError `usage` for a name that no model has, or that is the batch
 */
export function checkDimNames(dims: Readonly<Record<string, number>>, models: readonly ModelSummary[]): void {
  const batchNames = models.flatMap(({ batch }) => (batch.kind === 'symbolic' ? [batch.name] : []));
  const named = models.flatMap(({ inputs }) => inputs.flatMap(({ shape }) => shape));
  const free = [...new Set(named)].filter((dim) => typeof dim === 'string' && !batchNames.includes(dim));
  for (const name of Object.keys(dims)) {
    if (free.includes(name)) continue;
    throw new HarpError('usage', `there is no dimension "${name}" to give a length`, {
      where: '--dim',
      expected: free.length > 0 ? free.join(' or ') : 'no --dim: only the batch can vary',
      ...(batchNames.includes(name) && { hint: 'It is the batch: use --batch-sizes.' }),
    });
  }
}

/** @throws HarpError `bad-input` for a dimension left open, or an input that cannot be made up */
export function checkInputs(dims: Readonly<Record<string, number>>, { inputs, file }: ModelSummary): void {
  try {
    randomInputs(inputs, { batchSize: 1, dims, seed: 0 });
  } catch (error) {
    if (!(error instanceof HarpError)) throw error;
    throw new HarpError(error.code, error.message, { where: file, hint: error.details.hint });
  }
}
