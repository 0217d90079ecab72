/**
 * The process that asks onnxruntime about models that nobody has vouched for: a damaged one may take the process with it,
 * and a run blocks it. It answers one request after the other, and ends when its parent is gone.
 */
import { readFileSync } from 'node:fs';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { Tensor } from '../domain/tensor.ts';
import { halfToNumber } from './half-float.ts';
import { encodeModel } from './onnx/schema.ts';
import { toOrtTensor } from './ort-tensor.ts';
import type { CompareRequest, Comparison, InferredValue, ProbeAnswer, ProbeRequest } from './probe-port.ts';
import { randomInputs } from './random-inputs.ts';
import { type RuntimeValue, rowsAgree } from './rows-agree.ts';
import { sessionOptions } from './session.ts';

type Session = InferenceSession;

/** One core: comparing is not measuring. */
const OPTIONS = sessionOptions({ threads: 1, provider: 'cpu' });

async function inferShapes(model: Uint8Array): Promise<InferredValue[]> {
  const { InferenceSession } = await import('onnxruntime-node');
  // Nothing is fused, so that every value keeps its name.
  const session = await InferenceSession.create(model, { ...OPTIONS, graphOptimizationLevel: 'disabled' });
  const described = [...session.inputMetadata, ...session.outputMetadata].map((value) => ({
    name: value.name,
    type: value.isTensor ? value.type : undefined,
    shape: value.isTensor ? value.shape : [],
  }));
  await session.release();
  return described;
}

async function openWith(provider: string): Promise<ProbeAnswer> {
  const { InferenceSession } = await import('onnxruntime-node');
  const session = await InferenceSession.create(smallModel(), sessionOptions({ threads: 1, provider }));
  await session.release();
  return { kind: 'opened' };
}

/** x → Relu → y, which every provider has. */
function smallModel(): Uint8Array {
  const dim = [{ dimParam: 'batch' }, { dimValue: 4 }];
  const floats = (name: string) => ({ name, type: { tensorType: { elemType: 1, shape: { dim } } } });
  const node = [{ opType: 'Relu', input: ['x'], output: ['y'] }];
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: { name: 'relu', node, input: [floats('x')], output: [floats('y')] },
  });
}

async function compare({ original, lifted, weightsFolder, ...what }: CompareRequest): Promise<Comparison> {
  const batches = what.trials.map(({ seed, batchSize }) =>
    randomInputs(what.inputs, { batchSize, dims: what.dims, seed }),
  );
  const rowsOf = (batch: readonly Tensor[]): Tensor[][] =>
    Array.from({ length: batch[0]!.dims[0]! }, (_, row) => batch.map((tensor) => rowOf(tensor, row)));

  // One after the other, so that never both models are in memory.
  const alone: Record<string, RuntimeValue>[][] = [];
  const one = await open(original, weightsFolder);
  for (const batch of batches) {
    const outputs: Record<string, RuntimeValue>[] = [];
    for (const row of rowsOf(batch)) outputs.push(await run(one, row));
    alone.push(outputs);
  }
  const names = one.outputNames;
  await one.release();

  let varies = false;
  try {
    const many = await open(lifted, weightsFolder);
    for (const [trial, batch] of batches.entries()) {
      const expected = alone[trial]!;
      const single = await run(many, rowsOf(batch)[0]!);
      const together = await run(many, batch);
      for (const name of names) {
        const ofRows = expected.map((outputs) => outputs[name]!);
        for (const agreement of [
          rowsAgree(ofRows.slice(0, 1), single[name]!, 'anywhere'),
          rowsAgree(ofRows, together[name]!, what.rowsFirst ? 'first' : 'anywhere'),
        ]) {
          if (agreement.kind === 'different') return { kind: 'different', value: name, how: agreement.how };
          varies ||= agreement.kind === 'same' && agreement.varies;
        }
      }
    }
    await many.release();
  } catch (error) {
    return { kind: 'refused', message: (error as Error).message.trim() };
  }
  return { kind: 'same', rows: alone.flat().length, varies };
}

/** @param weightsFolder of a model that is not in the same folder as its weights */
async function open(file: string, weightsFolder: string | undefined): Promise<Session> {
  const { InferenceSession } = await import('onnxruntime-node');
  if (weightsFolder === undefined) return InferenceSession.create(file, OPTIONS);
  const session = { model_external_initializers_file_folder_path: weightsFolder };
  return InferenceSession.create(new Uint8Array(readFileSync(file)), { ...OPTIONS, extra: { session } });
}

/** The bytes of one index of axis 0. */
function rowOf({ name, datatype, dims, data }: Tensor, row: number): Tensor {
  const bytes = data.length / dims[0]!;
  return { name, datatype, dims: [1, ...dims.slice(1)], data: data.slice(row * bytes, (row + 1) * bytes) };
}

async function run(session: Session, inputs: readonly Tensor[]): Promise<Record<string, RuntimeValue>> {
  const { Tensor: OrtTensorClass } = await import('onnxruntime-node');
  const outputs = await session.run(
    Object.fromEntries(inputs.map((input) => [input.name, toOrtTensor(OrtTensorClass, input)])),
  );
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, plain(value)]));
}

const plain = ({ type, dims, data }: OrtTensor): RuntimeValue => ({
  type,
  dims,
  // Of newer Node versions half floats are numbers already.
  data: type === 'float16' && data instanceof Uint16Array ? Float32Array.from(data, halfToNumber) : data,
});

async function answer(request: ProbeRequest): Promise<ProbeAnswer> {
  if (request.kind === 'shapes') return { kind: 'shapes', values: await inferShapes(request.model) };
  if (request.kind === 'open') return openWith(request.provider);
  return { kind: 'comparison', comparison: await compare(request) };
}

process.once('disconnect', () => process.exit());
process.on('message', (request: ProbeRequest) => {
  answer(request)
    .catch((error: Error): ProbeAnswer => ({ kind: 'failed', message: error.message.trim() }))
    .then((message) => process.send!(message));
});
