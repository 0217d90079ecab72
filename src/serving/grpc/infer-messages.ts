/** Inference requests and answers as they travel over gRPC. */
import type { InferRequest, InferResponse, ParameterValue, Wanted } from '../protocol/infer-message.ts';
import { malformed } from '../protocol/protocol-error.ts';
import { type Int64, type TensorMessage, tensorHead, tensorOf } from './tensor-message.ts';

interface ParameterMessage {
  /** Which of the fields is there. */
  readonly parameter_choice?: string;
  readonly [choice: string]: unknown;
}

export interface InferRequestMessage {
  readonly model_name: string;
  readonly model_version: string;
  readonly id: string;
  readonly parameters: Readonly<Record<string, ParameterMessage>>;
  readonly inputs: readonly TensorMessage[];
  readonly outputs: readonly { readonly name: string }[];
  readonly raw_input_contents: readonly Buffer[];
}

export interface InferResponseMessage {
  readonly parameters: Readonly<Record<string, ParameterMessage>>;
}

/** @throws ProtocolError 400 naming the place, what was expected and what stands there */
export function fromRequestMessage(message: InferRequestMessage): InferRequest {
  const { inputs, raw_input_contents: raw } = message;
  const names = new Set<string>();
  if (raw.length > 0 && raw.length !== inputs.length) {
    throw malformed('raw_input_contents', `${inputs.length} entries, one per input`, String(raw.length));
  }
  return {
    id: message.id || undefined,
    inputs: inputs.map((input, index) => {
      if (names.has(input.name)) throw malformed('inputs', 'every name once', `"${input.name}" twice`);
      names.add(input.name);
      return tensorOf(input, raw[index]);
    }),
    outputs:
      message.outputs.length > 0 ? message.outputs.map(({ name }) => ({ name, binary: true })) : undefined,
    binaryByDefault: true,
    parameters: toldParameters(message),
  };
}

/** @throws ProtocolError 400 where one has no value */
export const toldParameters = ({ parameters }: InferResponseMessage): Record<string, ParameterValue> =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, parameterOf(value, name)]));

function parameterOf(message: ParameterMessage, name: string): ParameterValue {
  const { parameter_choice: choice } = message;
  if (choice === undefined) throw malformed(`parameters.${name}`, 'a value', 'none');
  const value = message[choice] as string | boolean | Int64;
  return typeof value === 'object' ? value.toNumber() : value;
}

/** As a client sends it: tensors always as raw bytes. */
export const toRequestMessage = (model: string, request: InferRequest): object => ({
  model_name: model,
  id: request.id ?? '',
  parameters: parameterMessages(request.parameters),
  inputs: request.inputs.map(tensorHead),
  outputs: request.outputs?.map(({ name }) => ({ name })) ?? [],
  raw_input_contents: request.inputs.map(({ data }) => data),
});

/** Outputs in the order in which they were wanted, always as raw bytes. */
export function toResponseMessage(response: InferResponse, { outputs: wanted }: Wanted): object {
  const outputs = wanted
    ? wanted.flatMap(({ name }) => response.outputs.filter((tensor) => tensor.name === name))
    : response.outputs;
  return {
    model_name: response.modelName,
    model_version: response.modelVersion ?? '',
    id: response.id ?? '',
    parameters: parameterMessages(response.parameters),
    outputs: outputs.map(tensorHead),
    raw_output_contents: outputs.map(({ data }) => data),
  };
}

const parameterMessages = (parameters: Readonly<Record<string, ParameterValue>>): object =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, parameterMessage(value)]));

function parameterMessage(value: ParameterValue): object {
  if (typeof value === 'boolean') return { bool_param: value };
  if (typeof value === 'string') return { string_param: value };
  return Number.isInteger(value) ? { int64_param: value } : { double_param: value };
}
