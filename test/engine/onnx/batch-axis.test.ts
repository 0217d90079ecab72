import { expect, test } from 'vitest';
import { batchAxis, type ShapedValue } from '../../../src/engine/onnx/batch-axis.ts';

type Shape = ShapedValue['shape'];
const values = (...shapes: Shape[]): ShapedValue[] =>
  shapes.map((shape, index) => ({ name: `v${index}`, shape }));

test.each<[string, Shape[], Shape[], unknown]>([
  ['one named axis 0', [['batch', 3]], [['batch', 5]], { kind: 'symbolic', name: 'batch' }],
  [
    'the same name on every input',
    [
      ['n', 3],
      ['n', 't'],
    ],
    [['n']],
    { kind: 'symbolic', name: 'n' },
  ],
  ['an output with another name', [['batch', 3]], [['dim0', 5]], { kind: 'symbolic', name: 'batch' }],
  ['an output without a shape', [['batch', 3]], [undefined], { kind: 'symbolic', name: 'batch' }],
  ['a length', [[1, 3, 8]], [[1, 5]], { kind: 'fixed', size: 1, reason: 'input "v0" has shape [1, 3, 8]' }],
  ['the same length everywhere', [[4, 3], [4]], [[4]], { kind: 'fixed', size: 4 }],
  [
    'different names',
    [
      ['batch', 3],
      ['time', 3],
    ],
    [['batch']],
    { kind: 'none' },
  ],
  [
    'a name and a length',
    [
      ['batch', 3],
      [2, 1, 8],
    ],
    [['batch']],
    { kind: 'none' },
  ],
  ['a scalar input', [['batch', 3], []], [['batch']], { kind: 'none' }],
  ['a scalar alone', [[]], [['batch']], { kind: 'none', reason: 'input "v0" is a scalar, so no axis 0' }],
  ['an input without a shape', [undefined], [['batch']], { kind: 'none' }],
  ['no inputs', [], [[1]], { kind: 'none', reason: 'the model has no inputs' }],
  [
    'an output that lacks the axis',
    [['batch', 3]],
    [[7]],
    { kind: 'none', reason: 'output "v0" has shape [7], whatever the batch' },
  ],
  [
    'a scalar output',
    [['batch', 3]],
    [['batch'], []],
    { kind: 'none', reason: 'output "v1" is a scalar, whatever the batch' },
  ],
])('%s', (_sentence, inputs, outputs, expected) => {
  expect(batchAxis(values(...inputs), values(...outputs))).toMatchObject(expected as object);
});
