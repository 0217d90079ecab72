import { describe, expect, it } from 'vitest';
import { type ProfiledTensors, wiringProblems } from '../../src/domain/wiring-problems.ts';
import { tensor } from '../plan-of.ts';

type Model = NonNullable<ProfiledTensors['model']>;

const first = (model: Model | undefined = { inputs: [tensor('image', 3)], outputs: [tensor('y', 2)] }) => ({
  name: 'first',
  after: [],
  model,
});
const second = (
  wires: ProfiledTensors['inputs'],
  model: Model | undefined = { inputs: [tensor('x', 2)] },
) => ({
  name: 'second',
  after: ['first'],
  model,
  ...(wires && { inputs: wires }),
});
const told = (...modules: ProfiledTensors[]) =>
  wiringProblems(modules, 'a.app.yaml').map(({ isWritten, error }) => [
    isWritten,
    error.message,
    error.details.hint,
  ]);

describe('what is wrong with how modules are wired', () => {
  it.each<[string, ProfiledTensors[]]>([
    ['what fits', [first(), second({ x: 'first.y' })]],
    ['a tensor of the request', [first(), second({ x: 'request.other' })]],
    ['the only output that could be meant', [first(), second(undefined)]],
    ['profiles that say nothing of tensors', [first({}), second({ x: 'first.crops' }, {})]],
    [
      'a parent that says nothing of its outputs',
      [first({ inputs: [tensor('image', 3)] }), second({ x: 'first.crops' })],
    ],
    [
      'a length that only a run shows',
      [first({ outputs: [{ ...tensor('y'), shape: ['batch', 'found', 2] }] }), second({ x: 'first.y' })],
    ],
    [
      'a length that was profiled',
      [
        first({ outputs: [{ ...tensor('y'), shape: ['batch', 'length'] }], dims: { length: 2 } }),
        second({ x: 'first.y' }),
      ],
    ],
  ])('nothing: %s', (_sentence, modules) => {
    expect(told(...modules)).toEqual([]);
  });

  it('a misspelt input, with the one that was meant', () => {
    const model = { inputs: [tensor('features', 2)] };
    expect(told(first(), second({ feature: 'first.y' }, model))).toEqual([
      [
        true,
        'a.app.yaml: modules.second.inputs.feature: the model has no such input (expected "features", got "feature")',
        'Did you mean "features"?',
      ],
    ]);
  });

  it('a tensor of another shape', () => {
    const model = { inputs: [tensor('x', 3, 224, 224)] };
    expect(told(first(), second({ x: 'first.y' }, model))).toEqual([
      [
        true,
        'a.app.yaml: modules.second.inputs.x: "first.y" does not fit this input (expected FP32 [3, 224, 224], got FP32 [2])',
        expect.stringContaining('inputs: { x: request.x }'),
      ],
    ]);
  });

  it('an output that the module before does not have', () => {
    expect(told(first(), second({ x: 'first.yy' }))).toMatchObject([
      [true, expect.stringContaining('this input has no source'), 'Did you mean "first.y"?'],
    ]);
  });

  it('a module that stands nowhere before, also where no profile names tensors', () => {
    expect(told(first({}), second({ x: 'fist.y' }, {}))).toMatchObject([
      [
        true,
        expect.stringContaining('(expected "request" or "first", got "fist.y")'),
        'Did you mean "first"?',
      ],
    ]);
  });

  it('what nobody wired and does not fit is still to be written', () => {
    expect(told(first(), second(undefined, { inputs: [tensor('x', 5)] }))).toMatchObject([
      [false, expect.stringContaining('"first.y" does not fit this input'), expect.any(String)],
    ]);
  });

  it('two modules that want different tensors under one name of the request', () => {
    const model = { inputs: [tensor('image', 4)] };
    expect(told(first(), second({ image: 'request.image' }, model))).toMatchObject([
      [
        true,
        expect.stringContaining('two modules want different tensors as "request.image"'),
        expect.any(String),
      ],
    ]);
  });
});
