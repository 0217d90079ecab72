import { describe, expect, test } from 'vitest';
import { multiplyAdds } from '../../../src/engine/onnx/multiply-adds.ts';
import type { Message } from '../../../src/engine/onnx/schema.ts';

type Shapes = Record<string, number[]>;
const count = (node: Message<'NodeProto'>, shapes: Shapes) => multiplyAdds([node], (name) => shapes[name]);
const integer = (name: string, i: number): Message<'AttributeProto'> => ({ name, i, type: 2 });
const MICROSOFT = 'com.microsoft';

describe('by hand', () => {
  test.each<[string, Message<'NodeProto'>, Shapes, number]>([
    [
      'a convolution: each of 8 × 5 × 5 outputs sums over 3 channels under 3 × 3',
      { opType: 'Conv', input: ['x', 'w'], output: ['y'] },
      { x: [1, 3, 5, 5], w: [8, 3, 3, 3], y: [1, 8, 5, 5] },
      8 * 25 * 27,
    ],
    [
      'a depthwise one: only the channel of its own',
      { opType: 'Conv', input: ['x', 'w'], output: ['y'], attribute: [integer('group', 8)] },
      { x: [1, 8, 5, 5], w: [8, 1, 3, 3], y: [1, 8, 5, 5] },
      8 * 25 * 9,
    ],
    [
      'a quantised one, whose weights are its fourth input',
      { opType: 'QLinearConv', input: ['x', 's', 'z', 'w', 's', 'z', 's', 'z'], output: ['y'] },
      { x: [1, 3, 5, 5], w: [8, 3, 1, 1], y: [1, 8, 5, 5] },
      8 * 25 * 3,
    ],
    [
      'an integer one',
      { opType: 'ConvInteger', input: ['x', 'w'], output: ['y'] },
      { x: [1, 3, 5, 5], w: [8, 3, 1, 1], y: [1, 8, 5, 5] },
      8 * 25 * 3,
    ],
    [
      'a transposed one: each of 4 × 2 × 2 inputs goes into 6 filters under 3 × 3',
      { opType: 'ConvTranspose', input: ['x', 'w'], output: ['y'] },
      { x: [1, 4, 2, 2], w: [4, 6, 3, 3], y: [1, 6, 5, 5] },
      16 * 54,
    ],
    [
      'a transposed product: 7 × 5 outputs over 3',
      { opType: 'Gemm', input: ['a', 'b'], output: ['y'], attribute: [integer('transA', 1)] },
      { a: [3, 7], b: [3, 5], y: [7, 5] },
      7 * 5 * 3,
    ],
    [
      'a product of stacks of matrices',
      { opType: 'MatMul', input: ['a', 'b'], output: ['y'] },
      { a: [2, 4, 6, 8], b: [2, 4, 8, 3], y: [2, 4, 6, 3] },
      2 * 4 * 6 * 3 * 8,
    ],
    [
      'an LSTM of both directions: 9 steps of 2 rows, input 5 and state 4 into 4 gates of 4',
      { opType: 'LSTM', input: ['x', 'w', 'r'], output: ['y'] },
      { x: [9, 2, 5], w: [2, 16, 5], r: [2, 16, 4] },
      9 * 2 * (2 * 16 * 5 + 2 * 16 * 4),
    ],
    [
      'attention: scores and sums over 10 positions of 8 for 6 queries in 3 heads',
      { opType: 'Attention', input: ['q', 'k', 'v'], output: ['y'] },
      { q: [1, 3, 6, 8], k: [1, 3, 10, 8], v: [1, 3, 10, 8], y: [1, 3, 6, 8] },
      2 * (3 * 6 * 10 * 8),
    ],
    [
      'attention with its projections inside: width 16 to three times 16, 6 positions',
      { opType: 'Attention', domain: MICROSOFT, input: ['x', 'w'], output: ['y'] },
      { x: [1, 6, 16], w: [16, 48], y: [1, 6, 16] },
      6 * 16 * 48 + 2 * 6 * 6 * 16,
    ],
    [
      "a contraction in Einstein's notation",
      {
        opType: 'Einsum',
        input: ['a', 'b'],
        output: ['y'],
        attribute: [{ name: 'equation', type: 3, s: Buffer.from('bhid, bhjd -> bhij') }],
      },
      { a: [2, 3, 4, 5], b: [2, 3, 6, 5], y: [2, 3, 4, 6] },
      2 * 3 * 4 * 6 * 5,
    ],
    ['an activation multiplies nothing that counts', { opType: 'Relu', input: ['x'], output: ['y'] }, {}, 0],
  ])('%s', (_sentence, node, shapes, expected) => {
    expect(count(node, shapes)).toMatchObject({ total: expected, notCounted: [] });
  });
});

describe('what is not known is named', () => {
  test.each<[string, Message<'NodeProto'>, Shapes, string]>([
    ['an unknown domain', { opType: 'Conv', domain: 'mine', output: ['y'] }, {}, 'mine.Conv'],
    [
      'an unknown fused operator',
      { opType: 'MoE', domain: MICROSOFT, output: ['y'] },
      {},
      `${MICROSOFT}.MoE`,
    ],
    [
      'a shape that is not known',
      { opType: 'MatMul', input: ['a', 'b'], output: ['y'] },
      { a: [2, 2] },
      'MatMul',
    ],
    [
      'a body that runs any number of times',
      { opType: 'Loop', input: ['n'], output: ['y'], attribute: [{ name: 'body', type: 5, g: {} }] },
      {},
      'Loop',
    ],
    [
      'attention over a past of unknown length',
      { opType: 'Attention', input: ['q', 'k', 'v', '', 'past'], output: ['y'] },
      { q: [1, 1, 1, 8], k: [1, 1, 1, 8], y: [1, 1, 1, 8] },
      'Attention',
    ],
  ])('%s', (_sentence, node, shapes, name) => {
    expect(count(node, shapes)).toEqual({ total: 0, byOperator: {}, notCounted: [name] });
  });
});
