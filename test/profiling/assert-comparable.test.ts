import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import { assertComparable } from '../../src/profiling/assert-comparable.ts';
import { tensor } from '../plan-of.ts';

type Model = Profile['model'];

const NOW: Model = { name: 'net', sha256: 'now', inputs: [tensor('x', 3, 224)] };
const compare = (then: Partial<Model>) => () => assertComparable({ ...NOW, ...then }, NOW, 'old.json');

describe('a profile to compare with', () => {
  test.each<[string, Partial<Model>]>([
    ['of the same model', {}],
    ['of another version of it', { sha256: 'then' }],
    ['of the same file under another name', { name: 'copy' }],
    ['that says nothing of inputs', { inputs: undefined }],
    ['whose input has another name', { inputs: [tensor('image', 3, 224)] }],
    ['whose batch was fixed', { inputs: [{ ...tensor('x'), shape: [1, 3, 224] }] }],
    ['whose lengths are named', { inputs: [{ ...tensor('x'), shape: ['n', 3, 'width'] }] }],
  ])('%s is one', (_sentence, then) => {
    expect(compare(then)).not.toThrow();
  });

  test.each<[string, Partial<Model>, RegExp]>([
    [
      'of another model',
      { name: 'other', sha256: 'then' },
      /--compare old.json: this profile is of another model.*expected a profile of "net", or of the same file, got one of "other"/,
    ],
    [
      'of other inputs',
      { sha256: 'then', inputs: [tensor('x', 3, 320)] },
      /expected a profile of a model with the inputs x FP32 \[batch, 3, 224\], got x FP32 \[batch, 3, 320\]/,
    ],
    ['of more inputs', { sha256: 'then', inputs: [tensor('x', 3, 224), tensor('y', 1)] }, /y FP32/],
  ])('%s is none', (_sentence, then, message) => {
    expect(compare(then)).toThrow(message);
  });
});
