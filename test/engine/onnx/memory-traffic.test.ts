import { expect, test } from 'vitest';
import { memoryTraffic } from '../../../src/engine/onnx/memory-traffic.ts';

const FLOAT = 1;
const INT64 = 7;

test('weights once, of a table what is taken out, activations at every writing and reading, renaming for nothing', () => {
  const graph = {
    initializer: [
      { name: 'table', dataType: FLOAT, dims: [1000, 4] },
      { name: 'w', dataType: FLOAT, dims: [4, 4] },
      { name: 'shape', dataType: INT64, dims: [2] },
      { name: 'unused', dataType: FLOAT, dims: [99] },
    ],
    node: [
      { opType: 'Gather', input: ['table', 'ids'], output: ['a'] },
      { opType: 'MatMul', input: ['a', 'w'], output: ['b'] },
      { opType: 'MatMul', input: ['b', 'w'], output: ['c'] },
      { opType: 'Reshape', input: ['c', 'shape'], output: ['d'] },
      { opType: 'Add', input: ['d', 'd'], output: ['e'] },
    ],
  };
  const bytes: Record<string, number> = { ids: 2 * 8, a: 32, b: 32, c: 32, d: 32, e: 32 };
  expect(memoryTraffic(graph, (name) => bytes[name])).toEqual({
    weightBytes: 32 + 64,
    activationBytes: 16 + 32 + (32 + 32) + (32 + 32) + (32 + 32 + 32),
  });
});
