/** Whether a model can take a request: its inputs by name, datatype and shape, and the outputs that were asked for. */
import { describeSpec, type Tensor, type TensorSpec } from '../../domain/tensor.ts';
import type { InferRequest } from './infer-message.ts';
import { malformed, type ProtocolError } from './protocol-error.ts';

export interface ModelInterface {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

/**
 * Dimensions that have a name are free (≥ 1); axis 0, where it has one, counts rows and is the same in all inputs.
 * @returns rows of the request, ≥ 1
 * @throws ProtocolError 400 naming the tensor, what was expected and what came
 */
export function validateRequest(request: InferRequest, model: ModelInterface): number {
  for (const { name } of request.inputs) {
    if (!model.inputs.some((spec) => spec.name === name)) throw unknownName('input', name, model.inputs);
  }
  let rows: number | undefined;
  for (const spec of model.inputs) {
    const tensor = request.inputs.find(({ name }) => name === spec.name);
    if (!tensor) throw malformed(`input "${spec.name}"`, describeSpec(spec), 'nothing');
    checkInput(tensor, spec);
    if (typeof spec.shape[0] !== 'string') continue;
    rows ??= tensor.dims[0]!;
    if (tensor.dims[0] !== rows) {
      throw malformed(
        `input "${spec.name}".shape[0]`,
        `${rows} rows, as the other inputs have`,
        String(tensor.dims[0]),
      );
    }
  }
  checkOutputs(request, model.outputs);
  return rows ?? 1;
}

function checkInput({ name, datatype, dims }: Tensor, spec: TensorSpec): void {
  const fits =
    datatype === spec.datatype &&
    dims.length === spec.shape.length &&
    spec.shape.every((length, axis) =>
      typeof length === 'string' ? dims[axis]! >= 1 : dims[axis] === length,
    );
  if (!fits) throw malformed(`input "${name}"`, describeSpec(spec), `${datatype} [${dims.join(', ')}]`);
}

function checkOutputs(request: InferRequest, specs: readonly TensorSpec[]): void {
  if (request.outputs === undefined) {
    for (const spec of specs) checkForm(spec, request.binaryByDefault);
    return;
  }
  for (const { name, binary } of request.outputs) {
    const spec = specs.find((output) => output.name === name);
    if (!spec) throw unknownName('output', name, specs);
    checkForm(spec, binary);
  }
}

function checkForm({ name, datatype }: TensorSpec, binary: boolean): void {
  if (datatype !== 'FP16' || binary) return;
  throw malformed(`output "${name}"`, '"binary_data": true (JSON has no FP16)', 'a request for JSON');
}

const unknownName = (kind: string, name: string, specs: readonly TensorSpec[]): ProtocolError =>
  malformed(kind, specs.map((spec) => `"${spec.name}"`).join(', ') || 'none', `"${name}"`);
