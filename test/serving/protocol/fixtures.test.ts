/**
 * Bodies byte for byte as the common Python client (tritonclient.http, read in its sources) puts them on the wire: no
 * Content-Type, `json.dumps` without spaces around separators, binary inputs, outputs asked for as binary.
 */
import { expect, test } from 'vitest';
import { decodeInferRequest } from '../../../src/serving/protocol/decode-request.ts';
import { encodeInferResponse } from '../../../src/serving/protocol/encode-message.ts';

const body = (json: string, hex = ''): Buffer => Buffer.concat([Buffer.from(json), Buffer.from(hex, 'hex')]);

test('no outputs named: all of them, as binary', () => {
  const json =
    '{"id":"1","inputs":[{"name":"INPUT0","shape":[1,2],"datatype":"INT32","parameters":{"binary_data_size":8}},' +
    '{"name":"INPUT1","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}],' +
    '"parameters":{"timeout":5000,"binary_data_output":true}}';
  const request = decodeInferRequest(body(json, '01000000feffffff0000803f000020c0'), json.length);
  expect(request).toEqual({
    id: '1',
    inputs: [
      { name: 'INPUT0', datatype: 'INT32', dims: [1, 2], data: Buffer.from('01000000feffffff', 'hex') },
      { name: 'INPUT1', datatype: 'FP32', dims: [1, 2], data: Buffer.from('0000803f000020c0', 'hex') },
    ],
    outputs: undefined,
    binaryByDefault: true,
    parameters: { timeout: 5000 },
  });
});

test('outputs named, one as binary and one as JSON; strings with their lengths', () => {
  const json =
    '{"inputs":[{"name":"TEXT","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":13}}],' +
    '"outputs":[{"name":"A","parameters":{"binary_data":true}},{"name":"B","parameters":{"binary_data":false}}]}';
  const request = decodeInferRequest(body(json, '02000000c3a903000000616263'), json.length);
  expect(request.inputs[0]!.data).toHaveLength(13);
  expect(request.outputs).toEqual([
    { name: 'A', binary: true },
    { name: 'B', binary: false },
  ]);
});

test('inputs in the JSON, flat: the body is JSON and there is no header', () => {
  const json =
    '{"inputs":[{"name":"X","shape":[2,1],"datatype":"BOOL","data":[true,false]}],"parameters":{"binary_data_output":true}}';
  const request = decodeInferRequest(body(json), undefined);
  expect(request.inputs).toEqual([{ name: 'X', datatype: 'BOOL', dims: [2, 1], data: Uint8Array.of(1, 0) }]);
});

test('fields that are null, as typed clients write what they leave out, are absent', () => {
  const json =
    '{"id":null,"inputs":[{"name":"X","shape":[1],"datatype":"UINT8","parameters":null,"data":[1]}],"outputs":null,"parameters":null}';
  expect(decodeInferRequest(body(json), undefined)).toEqual({
    id: undefined,
    inputs: [{ name: 'X', datatype: 'UINT8', dims: [1], data: Buffer.of(1) }],
    outputs: undefined,
    binaryByDefault: false,
    parameters: {},
  });
});

test('an answer: JSON, then the binary outputs in order; the header counts the JSON', () => {
  const { headers, text, raw } = encodeInferResponse(
    {
      modelName: 'm',
      modelVersion: '1',
      id: '7',
      outputs: [
        { name: 'Y', datatype: 'FP32', dims: [1, 1], data: Buffer.from('0000803f', 'hex') },
        { name: 'Z', datatype: 'INT64', dims: [1], data: Buffer.from('ffffffffffffff7f', 'hex') },
      ],
      parameters: { queue_ms: 1.5 },
    },
    {
      outputs: [
        { name: 'Z', binary: false },
        { name: 'Y', binary: true },
      ],
      binaryByDefault: false,
    },
  );
  const json =
    '{"model_name":"m","model_version":"1","id":"7","parameters":{"queue_ms":1.5},"outputs":[' +
    '{"name":"Z","shape":[1],"datatype":"INT64","data":[9223372036854775807]},' +
    '{"name":"Y","shape":[1,1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}';
  expect(Buffer.concat([Buffer.from(text), ...raw])).toEqual(body(json, '0000803f'));
  expect(headers).toEqual({
    'content-type': 'application/octet-stream',
    'content-length': String(json.length + 4),
    'inference-header-content-length': String(json.length),
  });
});
