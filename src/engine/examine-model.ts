/**
 * All that can be said of a model without measuring it: what its file says, whether the runtime takes it, how much it
 * computes and moves for a row, and how its batch axis can vary.
 */
import type { ExaminedModel, RowsOutcome } from '../domain/model-summary.ts';
import type { TensorSpec } from '../domain/tensor.ts';
import { isOutOfMemory } from './explain-refusal.ts';
import { bytesOf, inferShapes, staticShape } from './infer-shapes.ts';
import { liftModel, TRIALS } from './lift-model.ts';
import type { ReadModel } from './onnx/inspect-model.ts';
import { memoryTraffic } from './onnx/memory-traffic.ts';
import { multiplyAdds } from './onnx/multiply-adds.ts';
import { ModelRefused, type RuntimeProbe } from './runtime-probe.ts';

/**
 * @param dims lengths of named dimensions other than the batch
 * @throws the reason of the probe's signal once it is aborted
 */
export async function examineModel(
  read: ReadModel,
  dims: Readonly<Record<string, number>>,
  probe: RuntimeProbe,
): Promise<ExaminedModel> {
  const work = await workOf(read, dims, probe);
  const examined: ExaminedModel = { schemaVersion: 1, kind: 'model', ...read.summary, ...work };
  // What the runtime does not take, and what has no lengths yet, cannot be run.
  if (work.work === undefined) return examined;
  const { batch } = examined;
  if (batch.kind === 'symbolic') return { ...examined, rows: await compareRows(read, dims, probe) };
  if (batch.kind === 'none' || batch.size !== 1) return examined;
  return { ...examined, lift: await liftModel(read, { dims, target: undefined }, probe) };
}

async function workOf(
  { summary: { file, inputs, batch }, model }: ReadModel,
  dims: Readonly<Record<string, number>>,
  probe: RuntimeProbe,
): Promise<Pick<ExaminedModel, 'work' | 'notComputed'>> {
  const lengths = batch.kind === 'symbolic' ? { ...dims, [batch.name]: 1 } : dims;
  const open = openDimension(inputs, lengths);
  if (open !== undefined) {
    return { notComputed: `they depend on the dimension "${open}": give it a length, as --dim ${open}=128` };
  }
  try {
    const tensors = await inferShapes(model, file, lengths, probe);
    const rows = batch.kind === 'fixed' ? batch.size : 1;
    const counted = multiplyAdds(model.graph.node ?? [], (name) => staticShape(tensors.get(name)));
    const traffic = memoryTraffic(model.graph, (name) => bytesOf(tensors.get(name)));
    const activationBytesPerRow = traffic.activationBytes / rows;
    const multiplyAddsPerRow = counted.total / rows;
    const bytes = traffic.weightBytes + activationBytesPerRow;
    return {
      work: {
        multiplyAddsPerRow,
        byOperator: Object.fromEntries(
          Object.entries(counted.byOperator).map(([operator, count]) => [operator, count / rows]),
        ),
        notCounted: [...counted.notCounted],
        weightBytes: traffic.weightBytes,
        activationBytesPerRow,
        arithmeticIntensity: bytes === 0 ? 0 : (2 * multiplyAddsPerRow) / bytes,
      },
    };
  } catch (error) {
    if (!(error instanceof ModelRefused)) throw error;
    return { notComputed: `onnxruntime does not take this model: ${error.message}` };
  }
}

const openDimension = (
  inputs: readonly TensorSpec[],
  lengths: Readonly<Record<string, number>>,
): string | undefined =>
  inputs
    .flatMap(({ shape }) => shape)
    .find((length): length is string => typeof length === 'string' && lengths[length] === undefined);

/** Axis 0 may have a name and still not be the batch: of a sequence, say. */
async function compareRows(
  { summary: { file, inputs } }: ReadModel,
  dims: Readonly<Record<string, number>>,
  probe: RuntimeProbe,
): Promise<RowsOutcome> {
  try {
    const same = { original: file, lifted: file, weightsFolder: undefined };
    const compared = await probe.compare({ ...same, inputs, dims, trials: TRIALS, rowsFirst: true });
    switch (compared.kind) {
      case 'same':
        return compared.varies
          ? { kind: 'apart', rows: compared.rows }
          : { kind: 'not tried', reason: 'outputs do not depend on random inputs' };
      case 'different':
        return { kind: 'mixed', reason: `output "${compared.value}": ${compared.how}` };
      case 'refused':
        return { kind: isOutOfMemory(compared.message) ? 'not tried' : 'mixed', reason: compared.message };
    }
  } catch (error) {
    if (error instanceof ModelRefused) return { kind: 'not tried', reason: error.message };
    throw error;
  }
}
