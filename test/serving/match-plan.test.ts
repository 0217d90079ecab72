import { expect, test } from 'vitest';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { assertUnchanged, profiledFiles } from '../../src/serving/match-plan.ts';

const planOf = (...models: object[]) =>
  ({ modules: models.map((model, index) => ({ name: `m${index}`, model })) }) as unknown as FeasiblePlan;

test('of each model its own file and those beside it have to be the same; what was not profiled is not looked at', () => {
  const plan = planOf(
    { file: 'models/a.onnx', sha256: 'aa', externalData: [{ file: 'weights/w.bin', sha256: 'ww' }] },
    { file: 'b.onnx', sha256: 'bb' },
    { file: 'c.onnx' },
  );
  const files = profiledFiles(plan, ['/p/models/a.onnx', '/p/b.onnx', '/p/c.onnx']);
  expect(files.map(({ path, sha256 }) => [path, sha256])).toEqual([
    ['/p/models/a.onnx', 'aa'],
    ['/p/models/weights/w.bin', 'ww'],
    ['/p/b.onnx', 'bb'],
  ]);
  const weights = files[1]!;
  expect(() => assertUnchanged(weights, 'ww')).not.toThrow();
  expect(() => assertUnchanged(weights, 'vv')).toThrow(
    'module m0: weights/w.bin of models/a.onnx: the model has changed since it was profiled (expected sha256 ww, got vv)',
  );
  expect(() => assertUnchanged(weights, undefined)).toThrow(/a file of the model is not there .*got nothing/);
});
