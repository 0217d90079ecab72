import { describe, expect, it } from 'vitest';
import { applicationFlow } from '../../src/serving/data-flow.ts';
import { describeModule } from '../../src/serving/served-module.ts';
import { type PlannedModule, planOf, tensor } from '../plan-of.ts';

const flowOf = (...modules: PlannedModule[]) =>
  applicationFlow(planOf('app', modules).modules.map(describeModule));

describe('how tensors move through an application', () => {
  it('a chain of single tensors needs no words', () => {
    const flow = flowOf(
      { name: 'a', inputs: [tensor('image', 3, 8)], outputs: [tensor('crop', 5)] },
      { name: 'b', after: ['a'], inputs: [tensor('pixels', 5)], outputs: [tensor('class', 2)] },
    );
    expect(flow.inputs.map(({ name }) => name)).toEqual(['image']);
    expect(flow.sources[1]).toEqual([{ from: 'module', module: 0, tensor: 'crop' }]);
    expect(flow.exposed).toEqual([{ name: 'class', module: 1, tensor: 'class' }]);
  });

  it('tensors of the same name find each other, and the request may be named', () => {
    const flow = flowOf(
      { name: 'a', inputs: [tensor('image', 3)], outputs: [tensor('boxes', 4), tensor('crops', 3)] },
      {
        name: 'b',
        after: ['a'],
        inputs: [tensor('crops', 3), tensor('original', 3)],
        outputs: [tensor('plate', 1)],
        sources: { original: 'request.image' },
      },
    );
    expect(flow.sources[1]).toEqual([
      { from: 'module', module: 0, tensor: 'crops' },
      { from: 'request', tensor: 'image' },
    ]);
  });

  it('a module waits for all that it stands behind, whether it reads what they give or not', () => {
    const flow = flowOf(
      { name: 'a', outputs: [tensor('y', 2)] },
      { name: 'b', after: ['a'] },
      { name: 'c', after: ['a', 'b'], sources: { x: 'a.y' } },
    );
    expect(flow.parents).toEqual([[], [0], [0, 1]]);
  });

  it("outputs of several last modules carry their module's name", () => {
    const flow = flowOf({ name: 'a' }, { name: 'b', after: ['a'] }, { name: 'c', after: ['a'] });
    expect(flow.outputs.map(({ name }) => name)).toEqual(['b.y', 'c.y']);
  });

  const bad: [sentence: string, modules: PlannedModule[], message: RegExp][] = [
    [
      'nothing fits',
      [
        { name: 'a', outputs: [tensor('p', 1), tensor('q', 1)] },
        { name: 'b', after: ['a'], inputs: [tensor('x', 1)] },
      ],
      /module b: inputs.x: this input has no source .*"a.p", "a.q"/,
    ],
    [
      'a source that does not exist',
      [{ name: 'a' }, { name: 'b', after: ['a'], sources: { x: 'a.nope' } }],
      /got "a.nope"/,
    ],
    [
      'a tensor of another shape',
      [
        { name: 'a', outputs: [tensor('y', 7)] },
        { name: 'b', after: ['a'] },
      ],
      /"a.y" does not fit this input .expected FP32 \[2\], got FP32 \[7\]/,
    ],
  ];
  it.each(bad)('%s: refused with where, expected, got', (_sentence, modules, message) => {
    expect(() => flowOf(...modules)).toThrow(message);
  });
});
