/** Reads the body of `POST /v2/models/{model}/infer`. Whether the model takes such inputs is checked in validate-request.ts. */
import type { TensorSpec } from '../../domain/tensor.ts';
import { decodeTensors, stringField } from './decode-tensors.ts';
import type { InferRequest, ParameterValue, WantedOutput } from './infer-message.ts';
import { malformed, preview } from './protocol-error.ts';
import { asObject, type JsonObject, splitBody } from './split-body.ts';

/**
 * A null field is an absent one, as some clients write it.
 * @param body uncompressed; binary inputs of the result are parts of it
 * @param headerLength of the JSON (`Inference-Header-Content-Length`); without it the whole body is JSON
 * @param specs of the model's inputs, where they are known
 * @throws ProtocolError 400 naming the place, what was expected and what stands there
 */
export function decodeInferRequest(
  body: Buffer,
  headerLength: number | undefined,
  specs?: readonly TensorSpec[],
): InferRequest {
  const { document, binary } = splitBody(body, headerLength);
  const { binary_data_output: binaryOutput = false, ...parameters } = parametersOf(document, 'parameters');
  const binaryByDefault = asBoolean(binaryOutput, 'parameters.binary_data_output');
  return {
    id:
      document.id === undefined || document.id === null ? undefined : stringField(document, 'id', 'request'),
    inputs: decodeTensors('inputs', document.inputs, binary, specs),
    outputs: wantedOutputs(document.outputs, binaryByDefault),
    binaryByDefault,
    parameters,
  };
}

const NO_PARAMETERS: Readonly<Record<string, ParameterValue>> = {};

/** @throws ProtocolError 400 */
export function parametersOf(fields: JsonObject, where: string): Readonly<Record<string, ParameterValue>> {
  if (fields.parameters === undefined || fields.parameters === null) return NO_PARAMETERS;
  const parameters = asObject(fields.parameters, where);
  for (const [name, value] of Object.entries(parameters)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw malformed(`${where}.${name}`, 'a string, a number or a boolean', preview(value));
    }
  }
  return parameters as Readonly<Record<string, ParameterValue>>;
}

/** Ways to ask for an output that would change what is sent, and that harp does not have. */
const UNSUPPORTED = ['classification', 'shared_memory_region'];

function wantedOutputs(list: unknown, binaryByDefault: boolean): WantedOutput[] | undefined {
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) throw malformed('outputs', 'a list', preview(list));
  const wanted = new Map<string, WantedOutput>();
  list.forEach((entry: unknown, index) => {
    const fields = asObject(entry, `outputs[${index}]`);
    const name = stringField(fields, 'name', `outputs[${index}]`);
    const where = `output "${name}".parameters`;
    const parameters = parametersOf(fields, where);
    const unsupported = UNSUPPORTED.find((parameter) => Object.hasOwn(parameters, parameter));
    if (unsupported) throw malformed(where, 'binary_data only', `"${unsupported}", which is not supported`);
    if (wanted.has(name)) throw malformed('outputs', 'every name once', `"${name}" twice`);
    wanted.set(name, {
      name,
      binary: asBoolean(parameters.binary_data ?? binaryByDefault, `${where}.binary_data`),
    });
  });
  // An empty list is what some clients send for "all of them".
  return wanted.size > 0 ? [...wanted.values()] : undefined;
}

function asBoolean(value: ParameterValue, where: string): boolean {
  if (typeof value !== 'boolean') throw malformed(where, 'true or false', preview(value));
  return value;
}
