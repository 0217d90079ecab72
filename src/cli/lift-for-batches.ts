/** Lifts a model of one row before it is profiled, where batches are wanted, and says what came of it. */
import { dirname, join } from 'node:path';
import type { ModelSummary } from '../domain/model-summary.ts';
import { liftModel } from '../engine/lift-model.ts';
import { inspectModel, openModel } from '../engine/onnx/inspect-model.ts';
import { openProbe } from '../engine/runtime-probe.ts';
import type { Lifted } from './profile-header.ts';
import type { Progress } from './progress.ts';

export interface LiftRequest {
  readonly lift: boolean;
  readonly batchSizes: readonly number[];
  readonly dims: Readonly<Record<string, number>>;
}

export interface ModelForBatches {
  readonly model: ModelSummary;
  readonly lifted: Lifted | undefined;
}

/**
 * @param profile the file that the profile goes to: the lifted model lies beside it, or beside its weights where these are
 *   files of their own
 * @throws the signal's reason once it is aborted
 */
export async function liftForBatches(
  given: ModelSummary,
  profile: string,
  { lift, batchSizes, dims }: LiftRequest,
  signal: AbortSignal,
  progress: Progress,
): Promise<ModelForBatches> {
  const asItIs = { model: given, lifted: undefined };
  const { batch } = given;
  const isWanted = lift && batchSizes.some((size) => size > 1);
  if (!isWanted || batch.kind !== 'fixed' || batch.size !== 1) return asItIs;

  const read = openModel(given.file);
  const folder = dirname(given.externalData ? given.file : profile);
  const target = join(folder, `${given.name}.lifted.onnx`);
  const probe = openProbe(signal);
  progress.update(`${given.name}: giving it a batch axis, and comparing`);
  try {
    const outcome = await liftModel(read, { dims, target }, probe);
    if (outcome.kind === 'prevented') {
      const reason = `${batch.reason}, and ${outcome.reason}`;
      return { ...asItIs, model: { ...given, batch: { ...batch, reason } } };
    }
    const { axis, rows } = outcome;
    progress.warn(
      `${given.name}: measured with a batch axis as ${target}; ${rows} rows get the same as from the original`,
    );
    return {
      model: { ...inspectModel(target), name: given.name },
      lifted: { from: given.file, sha256: given.sha256, axis, comparedRows: rows },
    };
  } finally {
    probe.close();
  }
}
