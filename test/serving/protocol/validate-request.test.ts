import { expect, test } from 'vitest';
import type { Datatype, Tensor } from '../../../src/domain/tensor.ts';
import { readPriority } from '../../../src/serving/protocol/read-priority.ts';
import { readTimeoutMs } from '../../../src/serving/protocol/read-timeout.ts';
import { validateRequest } from '../../../src/serving/protocol/validate-request.ts';

const model = {
  inputs: [
    { name: 'ids', datatype: 'INT64' as const, shape: ['batch', 'length'] },
    { name: 'image', datatype: 'FP32' as const, shape: ['batch', 3, 'height'] },
  ],
  outputs: [
    { name: 'logits', datatype: 'FP32' as const, shape: ['batch', 2] },
    { name: 'half', datatype: 'FP16' as const, shape: ['batch'] },
  ],
};

const tensor = (name: string, datatype: Datatype, ...dims: number[]): Tensor => ({
  name,
  datatype,
  dims,
  data: new Uint8Array(),
});
const ids = tensor('ids', 'INT64', 2, 7);
const image = tensor('image', 'FP32', 2, 3, 9);
const request = (inputs: Tensor[], outputs?: { name: string; binary: boolean }[]) => ({
  inputs,
  outputs,
  binaryByDefault: true,
  parameters: {},
});

test('rows are the length of axis 0; named dimensions are free', () => {
  expect(validateRequest(request([image, ids]), model)).toBe(2);
});

test('a model whose axes are all fixed takes one row', () => {
  const fixed = { inputs: [{ name: 'x', datatype: 'FP32' as const, shape: [4, 5] }], outputs: [] };
  expect(validateRequest(request([tensor('x', 'FP32', 4, 5)]), fixed)).toBe(1);
});

test.each<[string, ReturnType<typeof request>, string]>([
  ['an input missing', request([ids]), 'input "image": expected FP32 [batch, 3, height], got nothing'],
  [
    'an input unknown',
    request([ids, image, tensor('mask', 'BOOL', 2)]),
    'input: expected "ids", "image", got "mask"',
  ],
  [
    'another datatype',
    request([tensor('ids', 'INT32', 2, 7), image]),
    'input "ids": expected INT64 [batch, length], got INT32 [2, 7]',
  ],
  [
    'another rank',
    request([tensor('ids', 'INT64', 2), image]),
    'input "ids": expected INT64 [batch, length], got INT64 [2]',
  ],
  [
    'another fixed length',
    request([ids, tensor('image', 'FP32', 2, 4, 9)]),
    'input "image": expected FP32 [batch, 3, height], got FP32 [2, 4, 9]',
  ],
  [
    'no rows',
    request([tensor('ids', 'INT64', 0, 7), image]),
    'input "ids": expected INT64 [batch, length], got INT64 [0, 7]',
  ],
  [
    'rows that differ',
    request([ids, tensor('image', 'FP32', 3, 3, 9)]),
    'input "image".shape[0]: expected 2 rows, as the other inputs have, got 3',
  ],
  [
    'an output unknown',
    request([ids, image], [{ name: 'boxes', binary: true }]),
    'output: expected "logits", "half", got "boxes"',
  ],
  [
    'FP16 asked for as JSON',
    request([ids, image], [{ name: 'half', binary: false }]),
    'output "half": expected "binary_data": true (JSON has no FP16), got a request for JSON',
  ],
])('%s', (_, wrong, message) => {
  expect(() => validateRequest(wrong, model)).toThrow(message);
});

test.each([
  [{ timeout: 2500 }, 2.5],
  [{ timeout: 0 }, undefined],
  [{}, undefined],
])('the timeout %o is %s ms', (parameters, timeoutMs) => {
  expect(readTimeoutMs({ parameters })).toBe(timeoutMs);
});

test.each([-1, '5', true, Number.NaN, Number.POSITIVE_INFINITY, 1e13])(
  'the timeout %o is refused',
  (timeout) => {
    expect(() => readTimeoutMs({ parameters: { timeout } })).toThrow(
      'parameters.timeout: expected microseconds from 0 to',
    );
  },
);

test.each([
  [{ priority: 3 }, undefined, 3],
  [{ priority: 3 }, '7', 3],
  [{}, '7', 7],
  [{ priority: 0 }, undefined, undefined],
  [{}, undefined, undefined],
])('the priority %o with the header %s is %s', (parameters, header, priority) => {
  expect(readPriority({ parameters }, header)).toBe(priority);
});

test.each([
  [{ priority: -1 }, undefined, 'parameters.priority'],
  [{ priority: 1.5 }, '1', 'parameters.priority'],
  [{ priority: '1' }, undefined, 'parameters.priority'],
  [{}, 'high', 'x-request-priority'],
  [{}, '1001', 'x-request-priority'],
])('the priority %o with the header %s is refused', (parameters, header, where) => {
  expect(() => readPriority({ parameters }, header)).toThrow(`${where}: expected a whole number from 1`);
});
