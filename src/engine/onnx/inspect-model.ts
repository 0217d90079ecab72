/** What an ONNX file says about itself, read without the runtime: signature, operators, size, batch axis. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { HarpError } from '../../domain/errors.ts';
import type { ModelSummary } from '../../domain/model-summary.ts';
import type { TensorSpec } from '../../domain/tensor.ts';
import { batchAxis, type ShapedValue } from './batch-axis.ts';
import { countParameters } from './count-parameters.ts';
import { dimension } from './dimension.ts';
import { datatypeOf } from './element-types.ts';
import { checkExternalData } from './external-data.ts';
import { operatorName } from './multiply-adds.ts';
import { type Model, readModel } from './read-model.ts';
import type { Message } from './schema.ts';
import { everyGraph } from './walk-graph.ts';

/** A model as it was read, with what it says about itself. */
export interface ReadModel {
  readonly summary: ModelSummary;
  readonly model: Model;
}

/** @throws HarpError `bad-input` where this is not a whole ONNX model of tensors */
export const inspectModel = (file: string): ModelSummary => openModel(file).summary;

/** The same, with the model itself, so that nothing is read twice. */
export function openModel(file: string): ReadModel {
  const { bytes, model } = readModel(file);
  const externalData = checkExternalData(model.graph, file);
  const summary = summarize(file, bytes, model);
  return { summary: externalData.length > 0 ? { ...summary, externalData } : summary, model };
}

function summarize(file: string, bytes: Uint8Array, model: Model): ModelSummary {
  const { graph } = model;
  // Older files list initializers among the inputs, as defaults that a caller could override.
  const initialized = new Set((graph.initializer ?? []).map(({ name }) => name));
  const inputs = (graph.input ?? []).filter(({ name }) => !initialized.has(name)).map(shapedValue);
  const outputs = (graph.output ?? []).map(shapedValue);
  const producer = [model.producerName, model.producerVersion].filter(Boolean).join(' ');
  return {
    name: basename(file).replace(/\.onnx$/i, ''),
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    opset: standardOpset(model),
    ...(producer && { producer }),
    inputs: inputs.map((value) => tensorSpec(value, file)),
    outputs: outputs.map((value) => tensorSpec(value, file)),
    operators: countOperators(graph),
    parameters: countParameters(graph),
    batch: batchAxis(inputs, outputs),
  };
}

interface TypedValue extends ShapedValue {
  /** undefined for sequences, maps and optionals. */
  readonly elementType: number | undefined;
}

function shapedValue({ name, type }: Message<'ValueInfoProto'>): TypedValue {
  const tensor = type?.tensorType;
  return {
    name: name ?? '',
    elementType: tensor?.elemType ?? undefined,
    shape: tensor?.shape?.dim?.map(dimension),
  };
}

function tensorSpec({ name, elementType, shape }: TypedValue, file: string): TensorSpec {
  const datatype = elementType === undefined ? undefined : datatypeOf(elementType);
  if (datatype === undefined) {
    throw new HarpError('bad-input', `"${name}" is not a tensor of a type harp can handle`, {
      where: file,
      got: elementType === undefined ? 'a sequence, map or optional' : `ONNX element type ${elementType}`,
    });
  }
  return { name, datatype, shape: [...(shape ?? [])] };
}

const standardOpset = ({ opsetImport = [] }: Model): number =>
  Number((opsetImport!.find(({ domain }) => !domain || domain === 'ai.onnx') ?? opsetImport![0]!).version);

function countOperators(graph: Message<'GraphProto'>): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of everyGraph(graph)) {
    for (const each of node ?? []) {
      const operator = operatorName(each);
      counts.set(operator, (counts.get(operator) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
