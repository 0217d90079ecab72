/** A module of a plan as the daemon serves it: what goes in and out, and how a row of it lies in memory. */
import { HarpError } from '../domain/errors.ts';
import type { ModulePlan } from '../domain/plan.ts';
import {
  describeSpec,
  ELEMENT_BYTES,
  elementCount,
  fixDimensions,
  type TensorSpec,
} from '../domain/tensor.ts';
import type { FixedDatatype } from '../engine/element-array.ts';
import type { RowField, RowLayout } from '../engine/worker-port.ts';

export interface ServedModule {
  readonly name: string;
  readonly after: readonly string[];
  /** Axis 0 is the batch; every other axis has a length. */
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  readonly layout: RowLayout;
  /** Where its inputs come from, as far as the plan says. */
  readonly sources: Readonly<Record<string, string>>;
  /** Whether what its parents give for one request falls into rows that are tasks of their own. */
  readonly splits: boolean;
}

/** What a module whose profile names no tensors is served with when it is emulated. */
const PLACEHOLDER = {
  inputs: [{ name: 'input', datatype: 'FP32', shape: ['batch', 1] }],
  outputs: [{ name: 'output', datatype: 'FP32', shape: ['batch', 1] }],
} as const satisfies Record<string, TensorSpec[]>;

/** @throws HarpError `bad-input` for tensors that cannot be batched row by row */
export function describeModule({
  name,
  after,
  model,
  allocations,
  inputs: sources = {},
  rows,
}: ModulePlan): ServedModule {
  const dims = model?.dims ?? {};
  const inputs = (model?.inputs ?? PLACEHOLDER.inputs).map((spec) => fixDimensions(spec, dims));
  const outputs = (model?.outputs ?? PLACEHOLDER.outputs).map((spec) => fixDimensions(spec, dims));
  const fixedBatch = batchOf(name, inputs, outputs);
  const planned = Math.max(...allocations.map(({ batchSize }) => batchSize));
  if (fixedBatch !== undefined && planned > fixedBatch) {
    throw new HarpError('bad-input', 'the plan wants larger batches than the model takes', {
      where: `module ${name}`,
      expected: `batches of ${fixedBatch} at most`,
      got: String(planned),
    });
  }
  const layout = layRow(name, inputs, fixedBatch);
  return {
    name,
    after,
    inputs: inputs.map(nameBatch),
    outputs: outputs.map(nameBatch),
    layout,
    sources,
    splits: rows === 'split',
  };
}

/** Clients send and get any number of rows, whatever the model's own batch is. */
const nameBatch = (spec: TensorSpec): TensorSpec => ({ ...spec, shape: ['batch', ...spec.shape.slice(1)] });

/**
 * The batch that the model is fixed to, or undefined where it takes any; all of its tensors must agree. Where that is 1, outputs
 * may have any number of rows: what the model found for one request.
 */
function batchOf(
  module: string,
  inputs: readonly TensorSpec[],
  outputs: readonly TensorSpec[],
): number | undefined {
  const batch = inputs[0]?.shape[0];
  const agrees = (spec: TensorSpec): boolean =>
    typeof batch === 'number'
      ? spec.shape[0] === batch || (batch === 1 && outputs.includes(spec))
      : typeof spec.shape[0] === 'string';
  for (const spec of [...inputs, ...outputs]) {
    if (spec.shape.length > 0 && spec.datatype !== 'BYTES' && agrees(spec)) continue;
    throw new HarpError('bad-input', `"${spec.name}" cannot be batched row by row`, {
      where: `module ${module}`,
      expected: 'numbers, with the same batch as axis 0 of all inputs and outputs',
      got: describeSpec(spec),
    });
  }
  return typeof batch === 'number' ? batch : undefined;
}

/** Fields one after the other, each at a multiple of 8 bytes. */
function layRow(module: string, inputs: readonly TensorSpec[], fixedBatch: number | undefined): RowLayout {
  let offset = 0;
  const fields = inputs.map((spec): RowField => {
    const dims = spec.shape.slice(1);
    const elementBytes = ELEMENT_BYTES[spec.datatype];
    if (elementBytes === undefined || !dims.every((dim) => typeof dim === 'number')) {
      throw new HarpError('bad-input', `input "${spec.name}" has no fixed size per row`, {
        where: `module ${module}`,
        expected: 'numbers, and a length for every axis but the batch',
        got: describeSpec(spec),
        hint: 'Profile the model with --dim NAME=LENGTH, so that all requests have that length.',
      });
    }
    const bytes = elementCount(dims) * elementBytes;
    const field = { name: spec.name, datatype: spec.datatype as FixedDatatype, dims, offset, bytes };
    offset += Math.ceil(bytes / 8) * 8;
    return field;
  });
  return { fields, rowBytes: offset, fixedBatch };
}
