import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import { assertCommonPoint, assertComparable } from '../../src/profiling/assert-comparable.ts';
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

describe('points to compare', () => {
  const at = (...batchSizes: number[]) => batchSizes.map((batchSize) => ({ cores: 1, batchSize }));

  test('one in both is enough', () => {
    expect(() => assertCommonPoint(at(1, 2), at(2, 4), 'old.json')).not.toThrow();
  });

  test('none is an error that names both', () => {
    expect(() => assertCommonPoint(at(1, 2), [{ cores: 2, batchSize: 1 }], 'old.json')).toThrow(
      /--compare old.json: no point .*expected one of batch 1 on 1 core, batch 2 on 1 core, got batch 1 on 2 cores/,
    );
    expect(() => assertCommonPoint(at(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), at(16), 'old.json')).toThrow(
      /batch 8 on 1 core, 2 more, got/,
    );
    expect(() => assertCommonPoint([], at(16), 'old.json')).toThrow(
      /expected a profile with a measured point, got batch 16/,
    );
  });
});
