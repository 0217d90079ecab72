/** What is encoded is decoded to the same message, for every datatype, as JSON and as binary. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/domain/tensor.ts';
import { decodeInferRequest } from '../../../src/serving/protocol/decode-request.ts';
import { decodeInferResponse } from '../../../src/serving/protocol/decode-response.ts';
import {
  type EncodedMessage,
  encodeInferRequest,
  encodeInferResponse,
} from '../../../src/serving/protocol/encode-message.ts';
import { arbitraryTensors } from './arbitrary-tensor.ts';

/** As it comes off the wire. */
function received({ headers, text, raw }: EncodedMessage): [Buffer, number | undefined] {
  const body = Buffer.concat([Buffer.from(text), ...raw]);
  expect(Number(headers['content-length'])).toBe(body.length);
  const header = headers['inference-header-content-length'];
  return [body, header === undefined ? undefined : Number(header)];
}

const plain = (tensors: readonly Tensor[]) =>
  tensors.map((tensor) => ({ ...tensor, data: [...tensor.data] }));

const parameters = fc.dictionary(
  fc.string().filter((name) => name !== 'binary_data_output' && name !== '__proto__'),
  fc.oneof(fc.string(), fc.boolean(), fc.integer()),
);

describe('requests', () => {
  test.each([true, false])('come back as they were sent, binary: %s', (binary) => {
    fc.assert(
      fc.property(
        arbitraryTensors,
        parameters,
        fc.option(fc.string(), { nil: undefined }),
        fc.boolean(),
        fc.option(
          fc.uniqueArray(fc.record({ name: fc.string(), binary: fc.boolean() }), {
            minLength: 1,
            maxLength: 3,
            selector: ({ name }) => name,
          }),
          { nil: undefined },
        ),
        (inputs, parameters, id, binaryByDefault, outputs) => {
          const request = { id, inputs, outputs, binaryByDefault, parameters };
          const decoded = decodeInferRequest(...received(encodeInferRequest(request, { binary })));
          expect({ ...decoded, inputs: plain(decoded.inputs) }).toEqual({
            ...request,
            inputs: plain(inputs),
          });
        },
      ),
    );
  });
});

describe('answers', () => {
  test('come back as they were sent, each output in the form asked for', () => {
    fc.assert(
      fc.property(arbitraryTensors, parameters, fc.boolean(), (outputs, parameters, binaryByDefault) => {
        const response = { modelName: 'm', modelVersion: '1', id: 'a', outputs, parameters };
        const wanted = outputs.map(({ name, datatype }) => ({
          name,
          binary: binaryByDefault || datatype === 'FP16',
        }));
        const encoded = encodeInferResponse(response, { outputs: wanted, binaryByDefault });
        const decoded = decodeInferResponse(...received(encoded));
        expect({ ...decoded, outputs: plain(decoded.outputs) }).toEqual({
          ...response,
          outputs: plain(outputs),
        });
      }),
    );
  });

  test('carry the caller’s tensors without a copy', () => {
    const data = new Uint8Array(8);
    const { raw } = encodeInferResponse(
      { modelName: 'm', outputs: [{ name: 'y', datatype: 'FP32', dims: [2], data }], parameters: {} },
      { binaryByDefault: true },
    );
    expect(raw[0]).toBe(data);
  });

  test('hold only the outputs that were asked for, in that order', () => {
    const tensor = (name: string): Tensor => ({ name, datatype: 'UINT8', dims: [1], data: Uint8Array.of(7) });
    const encoded = encodeInferResponse(
      { modelName: 'm', outputs: ['a', 'b', 'c'].map(tensor), parameters: {} },
      {
        outputs: [
          { name: 'c', binary: true },
          { name: 'a', binary: false },
        ],
        binaryByDefault: false,
      },
    );
    expect(decodeInferResponse(...received(encoded)).outputs.map(({ name }) => name)).toEqual(['c', 'a']);
  });
});
