/** Reads the answer to an inference request, as a client does. */
import { parametersOf } from './decode-request.ts';
import { decodeTensors, stringField } from './decode-tensors.ts';
import type { InferResponse } from './infer-message.ts';
import { splitBody } from './split-body.ts';

/**
 * @param headerLength of the JSON (`Inference-Header-Content-Length`); without it the whole body is JSON
 * @throws ProtocolError where the server sent something else
 */
export function decodeInferResponse(body: Buffer, headerLength: number | undefined): InferResponse {
  const { document, binary } = splitBody(body, headerLength);
  const optional = (field: string) =>
    document[field] === undefined ? undefined : stringField(document, field, 'response');
  return {
    modelName: stringField(document, 'model_name', 'response'),
    modelVersion: optional('model_version'),
    id: optional('id'),
    outputs: decodeTensors('outputs', document.outputs, binary),
    parameters: parametersOf(document, 'parameters'),
  };
}
