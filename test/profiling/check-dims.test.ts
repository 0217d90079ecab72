import { expect, test } from 'vitest';
import type { ModelSummary } from '../../src/domain/model-summary.ts';
import { checkDimNames, checkInputs } from '../../src/profiling/check-dims.ts';

const model = (shape: (number | string)[]): ModelSummary => ({
  name: 'm',
  file: 'm.onnx',
  sha256: '',
  sizeBytes: 0,
  opset: 17,
  inputs: [{ name: 'ids', datatype: 'INT64', shape }],
  outputs: [],
  operators: {},
  parameters: 0,
  batch: { kind: 'symbolic', name: 'batch' },
});

const checkDims = (dims: Record<string, number>, models: readonly ModelSummary[]): void => {
  checkDimNames(dims, models);
  for (const each of models) checkInputs(dims, each);
};

const TEXT = model(['batch', 'sequence']);
const IMAGE = model(['batch', 3, 8, 8]);

test.each([
  { name: 'nothing to give, nothing given', dims: {}, models: [IMAGE] },
  { name: 'the length that is needed', dims: { sequence: 8 }, models: [TEXT] },
  { name: 'a length that one of two models needs', dims: { sequence: 8 }, models: [IMAGE, TEXT] },
])('accepts $name', ({ dims, models }) => {
  expect(() => checkDims(dims, models)).not.toThrow();
});

test.each([
  {
    name: 'a missing length, by file and name',
    dims: {},
    models: [IMAGE, TEXT],
    says: /^m\.onnx: .*"sequence"/,
  },
  {
    name: 'a misspelt name, with those there are',
    dims: { seq: 8 },
    models: [TEXT],
    says: /"seq".*expected sequence/,
  },
  {
    name: 'the batch, which has a flag of its own',
    dims: { batch: 8, sequence: 8 },
    models: [TEXT],
    says: /"batch"/,
  },
  {
    name: 'any name where nothing varies',
    dims: { sequence: 8 },
    models: [IMAGE],
    says: /only the batch can vary/,
  },
])('refuses $name', ({ dims, models, says }) => {
  expect(() => checkDims(dims, models)).toThrow(says);
});
