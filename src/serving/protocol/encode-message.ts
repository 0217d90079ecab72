/** Puts inference requests and answers into HTTP bodies: JSON, then the tensors that go as raw bytes, uncopied. */
import type { Tensor } from '../../domain/tensor.ts';
import { HEADER_LENGTH, type InferRequest, type InferResponse, type Wanted } from './infer-message.ts';
import { printElements } from './print-elements.ts';

export interface EncodedMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON with which the body begins. */
  readonly text: string;
  /** What follows it: tensors, the caller's own bytes. */
  readonly raw: readonly Uint8Array[];
}

/** @param binary whether inputs go as raw bytes; FP16 always does */
export function encodeInferRequest(
  { id, inputs, outputs, binaryByDefault, parameters }: InferRequest,
  { binary }: { readonly binary: boolean },
): EncodedMessage {
  const wanted = outputs?.map((output) => ({
    name: output.name,
    parameters: { binary_data: output.binary },
  }));
  return assemble(
    {
      id,
      parameters: nonEmpty({ ...parameters, ...(binaryByDefault && { binary_data_output: true }) }),
      outputs: wanted,
    },
    'inputs',
    inputs.map((tensor) => ({ tensor, binary: binary || tensor.datatype === 'FP16' })),
  );
}

/**
 * @param wanted which outputs, in which order and how; a name that `outputs` lacks is left out
 * @throws ProtocolError 400 where a wanted output has no form in JSON and was not asked for as binary
 */
export function encodeInferResponse(
  { modelName, modelVersion, id, outputs, parameters }: InferResponse,
  wanted: Wanted,
): EncodedMessage {
  const chosen = wanted.outputs
    ? wanted.outputs.flatMap(({ name, binary }) =>
        outputs.filter((tensor) => tensor.name === name).map((tensor) => ({ tensor, binary })),
      )
    : outputs.map((tensor) => ({ tensor, binary: wanted.binaryByDefault }));
  return assemble(
    { model_name: modelName, model_version: modelVersion, id, parameters: nonEmpty(parameters) },
    'outputs',
    chosen,
  );
}

interface Part {
  readonly tensor: Tensor;
  readonly binary: boolean;
}

/** Tensors are put into the JSON as text: JSON.stringify knows no 64-bit integers. */
function assemble(fields: object, kind: 'inputs' | 'outputs', parts: readonly Part[]): EncodedMessage {
  const head = JSON.stringify(fields).slice(0, -1);
  const text = `${head}${head === '{' ? '' : ','}"${kind}":[${parts.map(describe).join(',')}]}`;
  const textBytes = Buffer.byteLength(text);
  const raw = parts.filter(({ binary }) => binary).map(({ tensor }) => tensor.data);
  if (raw.length === 0) {
    const headers = { 'content-type': 'application/json', 'content-length': String(textBytes) };
    return { headers, text, raw };
  }
  const size = raw.reduce((sum, { length }) => sum + length, textBytes);
  const headers = {
    'content-type': 'application/octet-stream',
    'content-length': String(size),
    [HEADER_LENGTH]: String(textBytes),
  };
  return { headers, text, raw };
}

function describe({ tensor, binary }: Part): string {
  const { name, datatype, dims, data } = tensor;
  const elements = binary
    ? `"parameters":{"binary_data_size":${data.length}}`
    : `"data":${printElements(tensor)}`;
  return `{"name":${JSON.stringify(name)},"shape":[${dims}],"datatype":"${datatype}",${elements}}`;
}

const nonEmpty = <Fields extends object>(fields: Fields): Fields | undefined =>
  Object.keys(fields).length > 0 ? fields : undefined;
