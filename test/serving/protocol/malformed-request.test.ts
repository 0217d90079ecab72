/** Every way in which a request can be wrong gets a 400 that names the place, what was expected and what came. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeInferRequest } from '../../../src/serving/protocol/decode-request.ts';
import { ProtocolError } from '../../../src/serving/protocol/protocol-error.ts';

function refusal(decode: () => unknown): ProtocolError {
  try {
    decode();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const input = (fields: object) => ({ name: 'x', shape: [2], datatype: 'INT32', data: [1, 2], ...fields });
const json = (fields: object) => ({ inputs: [input(fields)] });

describe('JSON', () => {
  test.each<[string, unknown, string | RegExp]>([
    ['no object', [], 'body: expected an object, got a list of 0'],
    ['no inputs', {}, 'inputs: expected a list of tensors, got nothing'],
    ['inputs no list', { inputs: {} }, 'inputs: expected a list of tensors, got an object'],
    ['an input no object', { inputs: [7] }, 'inputs[0]: expected an object, got 7'],
    ['an id no string', { id: 7, inputs: [] }, 'request.id: expected a string, got 7'],
    ['a name missing', json({ name: undefined }), 'inputs[0].name: expected a string, got nothing'],
    ['a name twice', { inputs: [input({}), input({})] }, 'inputs: expected every name once, got "x" twice'],
    [
      'a datatype unknown',
      json({ datatype: 'INT31' }),
      /^input "x"\.datatype: expected BOOL, .*, got "INT31"$/,
    ],
    [
      'a shape missing',
      json({ shape: undefined }),
      'input "x".shape: expected a list of at most 32 lengths, got nothing',
    ],
    [
      'a rank beyond any',
      json({ shape: Array(33).fill(1) }),
      /shape: expected a list of at most 32 lengths, got a list of 33$/,
    ],
    [
      'a dimension negative',
      json({ shape: [-1] }),
      'input "x".shape[0]: expected a whole number from 0 to 2147483647, got -1',
    ],
    ['a dimension broken', json({ shape: [2, 0.5] }), /shape\[1\]: .* got 0\.5$/],
    ['a dimension absurd', json({ shape: [1e300] }), /shape\[0\]: .* got 1e\+300$/],
    ['data and binary data', json({ parameters: { binary_data_size: 8 } }), /got both$/],
    [
      'no data',
      json({ data: undefined }),
      'input "x": expected either "data" or parameters.binary_data_size, got neither',
    ],
    ['data no list', json({ data: 5 }), 'input "x".data: expected a list, got 5'],
    ['too few elements', json({ data: [1] }), 'input "x".data: expected 2 elements (shape [2]), got 1'],
    [
      'a shape far beyond the data',
      json({ shape: [2147483647, 2147483647], data: [[1]] }),
      /^input "x"\.data: expected lists of 2147483647/,
    ],
    [
      'ragged nesting',
      json({ shape: [2, 2], data: [[1, 2], [3]] }),
      'input "x".data: expected lists of 2 along axis 1 (shape [2,2]), got a list of 1',
    ],
    ['nesting too shallow', json({ shape: [1, 1, 1], data: [[1]] }), /axis 2 .*, got 1$/],
    [
      'nesting too deep',
      json({ shape: [1, 1], data: [[[1]]] }),
      /element 0: expected an integer .*, got a list of 1$/,
    ],
    [
      'a string for a number',
      json({ data: [1, '2'] }),
      'input "x".data, element 1: expected an integer from -2147483648 to 2147483647, got "2"',
    ],
    [
      'null for a number',
      json({ datatype: 'FP32', data: [1, null] }),
      /element 1: expected a number within the range of FP32, got null$/,
    ],
    ['a fraction for an integer', json({ data: [1.5, 1] }), /element 0: .* got 1\.5$/],
    [
      'an integer out of range',
      json({ datatype: 'UINT8', data: [0, 256] }),
      'input "x".data, element 1: expected an integer from 0 to 255, got 256',
    ],
    [
      'a negative for unsigned',
      json({ datatype: 'UINT64', data: [0, -1] }),
      /from 0 to 2\^53 - 1 .*, got -1$/,
    ],
    ['a double beyond FP32', json({ datatype: 'FP32', data: [1, 1e39] }), /FP32, got 1e\+39$/],
    [
      'a number for a bool',
      json({ datatype: 'BOOL', data: [true, 1] }),
      /element 1: expected true or false, got 1$/,
    ],
    [
      'a number for a string',
      json({ datatype: 'BYTES', data: ['a', 1] }),
      /element 1: expected a string, got 1$/,
    ],
    ['FP16', json({ datatype: 'FP16' }), 'input "x": expected binary data (JSON has no FP16), got JSON data'],
    [
      'parameters no object',
      { parameters: [], inputs: [] },
      'parameters: expected an object, got a list of 0',
    ],
    [
      'a nested parameter',
      { parameters: { a: {} }, inputs: [] },
      'parameters.a: expected a string, a number or a boolean, got an object',
    ],
    [
      'a binary default no boolean',
      { parameters: { binary_data_output: 1 }, inputs: [] },
      /^parameters\.binary_data_output: expected true or false, got 1$/,
    ],
    ['outputs no list', { outputs: {}, inputs: [] }, 'outputs: expected a list, got an object'],
    [
      'an output twice',
      { outputs: [{ name: 'y' }, { name: 'y' }], inputs: [] },
      'outputs: expected every name once, got "y" twice',
    ],
    [
      'an output classified',
      { outputs: [{ name: 'y', parameters: { classification: 3 } }], inputs: [] },
      /"classification", which is not supported$/,
    ],
  ])('%s', (_, document, message) => {
    const error = refusal(() => decodeInferRequest(Buffer.from(JSON.stringify(document)), undefined));
    expect(error.status).toBe(400);
    expect(error.message).toMatch(message);
  });

  test.each<[string, Buffer, RegExp]>([
    ['cut short', Buffer.from('{"inputs":['), /^body: not JSON/],
    ['empty', Buffer.alloc(0), /^body: not JSON/],
    ['not UTF-8', Buffer.from('{"id":"\xff"}', 'latin1'), /^body: expected JSON in UTF-8/],
    [
      'a number that overflows',
      Buffer.from('{"inputs":[{"name":"x","shape":[1],"datatype":"FP64","data":[1e999]}]}'),
      /FP64, got Infinity$/,
    ],
    [
      'an integer that JSON would round',
      Buffer.from('{"inputs":[{"name":"x","shape":[1],"datatype":"INT64","data":[9007199254740993]}]}'),
      /from -9007199254740991 to 2\^53 - 1 \(send larger ones as binary\)/,
    ],
    ['nested beyond any tensor', Buffer.from('['.repeat(1_000_000)), /at most 64 deep/],
  ])('%s', (_, body, message) => {
    expect(refusal(() => decodeInferRequest(body, undefined)).message).toMatch(message);
  });

  test('brackets within strings are no nesting', () => {
    const id = `"\\${'[{'.repeat(100)}`;
    expect(decodeInferRequest(Buffer.from(JSON.stringify({ id, inputs: [] })), undefined).id).toBe(id);
  });
});

describe('binary', () => {
  const binary = (size: unknown, fields = {}) =>
    json({ data: undefined, parameters: { binary_data_size: size }, ...fields });

  test.each<[string, object, string, string | RegExp]>([
    [
      'a size past the body',
      binary(8),
      '01000000',
      'input "x".parameters.binary_data_size: expected a whole number up to 4 (bytes that follow the JSON), got 8',
    ],
    ['a size negative', binary(-1), '01000000', /up to 4 .* got -1$/],
    ['a size no number', binary('8'), '0100000002000000', /up to 8 .* got "8"$/],
    [
      'a size other than the shape’s',
      binary(4),
      '01000000',
      'input "x": expected 8 bytes (INT32 of shape [2]), got 4',
    ],
    [
      'bytes that nobody takes',
      binary(8),
      '0100000002000000ff',
      'body: expected 8 bytes of tensors after the JSON, got 9',
    ],
    [
      'a string that runs past the end',
      binary(6, { datatype: 'BYTES', shape: [1] }),
      '030000006162',
      'input "x": expected 3 bytes for element 0, got 2 bytes',
    ],
    [
      'a string’s length cut short',
      binary(3, { datatype: 'BYTES', shape: [1] }),
      '010000',
      'input "x": expected a length of 4 bytes, got 3 bytes',
    ],
    [
      'fewer strings than the shape says',
      binary(5, { datatype: 'BYTES' }),
      '0100000061',
      'input "x": expected 2 elements (shape [2]), got 1',
    ],
    [
      'a bool that is neither',
      binary(2, { datatype: 'BOOL' }),
      '0102',
      'input "x": expected bytes 0 and 1 only, got 2',
    ],
  ])('%s', (_, document, hex, message) => {
    const header = Buffer.from(JSON.stringify(document));
    const body = Buffer.concat([header, Buffer.from(hex, 'hex')]);
    const error = refusal(() => decodeInferRequest(body, header.length));
    expect(error.message).toMatch(message);
  });

  test.each([
    ['beyond the body', 3],
    ['negative', -1],
    ['not a number', Number.NaN],
    ['a fraction', 1.5],
  ])('a header length %s', (_, headerLength) => {
    expect(refusal(() => decodeInferRequest(Buffer.from('{}'), headerLength)).message).toBe(
      `Inference-Header-Content-Length: expected 0 to 2 (the body), got ${headerLength}`,
    );
  });
});

test('bytes of any kind are refused with a 400 or understood, never anything else', () => {
  const text =
    '{"inputs":[{"name":"x","shape":[2],"datatype":"INT32","data":[[1],2]}],"outputs":[{"name":"y"}]}';
  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.string({ maxLength: 4 }),
      fc.option(fc.integer(), { nil: undefined }),
      (at, patch, headerLength) => {
        const body = Buffer.from(text.slice(0, at) + patch + text.slice(at + patch.length));
        try {
          decodeInferRequest(body, headerLength);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      },
    ),
  );
});
