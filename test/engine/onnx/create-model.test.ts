import { describe, expect, test } from 'vitest';
import { ARCHITECTURES, createModel } from '../../../src/engine/onnx/create-model.ts';
import { inspectModel } from '../../../src/engine/onnx/inspect-model.ts';
import { createdModel } from './created-model.ts';
import { expectRowsIndependent } from './run-architecture.ts';

const inspected = new Map<string, ReturnType<typeof inspectModel>>();
const inspectionOf = (name: string): ReturnType<typeof inspectModel> => {
  if (!inspected.has(name)) inspected.set(name, inspectModel(createdModel(name)));
  return inspected.get(name)!;
};

const parametersOf = (name: string): number => inspectionOf(name).parameters;

test.each([
  ['resnet18', 11_689_512],
  ['resnet50', 25_557_032],
  ['mobilenetv2', 3_504_872],
  ['squeezenet', 1_248_424],
])('%s has the parameters that torchvision publishes: %d', (name, published) => {
  expect(parametersOf(name)).toBe(published);
});

test("ssdlite has the parameters of Open Model Zoo's ssdlite_mobilenet_v2, 4.475 million, within 2 %", () => {
  expect(Math.abs(parametersOf('ssdlite') / 4_475_000 - 1)).toBeLessThan(0.02);
});

test('bert has the parameters that follow from the published sizes: 4 layers, width 512, 30522 words', () => {
  const width = 512;
  const norm = 2 * width;
  const square = width * width + width;
  const embeddings = (30_522 + 512 + 2) * width + norm;
  const layer = 4 * square + norm + (4 * width * width + 4 * width) + (4 * width * width + width) + norm;
  expect(parametersOf('bert')).toBe(embeddings + 4 * layer + square);
});

test.each(Object.keys(ARCHITECTURES))('%s has a batch axis of any size and FP32 outputs', (name) => {
  const { batch, outputs } = inspectionOf(name);
  expect(batch).toEqual({ kind: 'symbolic', name: 'batch' });
  for (const { datatype, shape } of outputs) expect([datatype, shape[0]]).toEqual(['FP32', 'batch']);
});

describe('the seed', () => {
  const bytes = (seed: number): Buffer => Buffer.from(createModel('mlp', { seed }));

  test('decides every byte', () => {
    expect(bytes(7).equals(bytes(7))).toBe(true);
  });

  test('changes the weights', () => {
    expect(bytes(7).equals(bytes(8))).toBe(false);
  });
});

test('an unknown name is refused with the known ones', () => {
  expect(() => createModel('resnet19', { seed: 1 })).toThrow(
    /no architecture "resnet19".*resnet18, resnet50/,
  );
  expect(() => createModel('constructor', { seed: 1 })).toThrow(/no architecture/);
});

test.each(Object.keys(ARCHITECTURES))('%s answers each row of a batch as it does alone', (name) =>
  expectRowsIndependent(name),
);
