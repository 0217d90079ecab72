import { expect, test } from 'vitest';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import {
  assertHardwareHere,
  assertMemoryHere,
  assertUnchanged,
  profiledFiles,
} from '../../src/serving/match-plan.ts';

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

test('workers have to fit into the memory of this machine together; those without a figure count as nothing', () => {
  const modules = [
    {
      name: 'a',
      allocations: [
        { machines: 1.5, batchSize: 8, memoryMiB: 300 },
        { machines: 1, batchSize: 2 },
      ],
    },
    { name: 'b', allocations: [{ machines: 3, batchSize: 4, memoryMiB: 100.5 }] },
  ];
  const plan = { modules } as unknown as FeasiblePlan;
  expect(() => assertMemoryHere(plan, 901.5)).not.toThrow();
  expect(() => assertMemoryHere(plan, 901)).toThrow(
    expect.objectContaining({
      exitCode: 5,
      message:
        "the plan's workers need more memory than this machine has (expected 902 MiB (2 × 300 for batches of 8 of a, 3 × 100.5 for batches of 4 of b), got 901 MiB)",
    }),
  );
});

const T4 = { name: 'Tesla T4' };
const A100 = { name: 'NVIDIA A100' };

test.each<
  [sentence: string, measured: object | undefined, here: { name: string }[] | undefined, refused?: RegExp]
>([
  ['the same processor', { cpuModel: 'this' }, undefined],
  ['another processor', { cpuModel: 'other' }, undefined, /expected other, got this/],
  ['unknown hardware', undefined, undefined, /"gpu-a" is not here \(expected gpu-a, got this/],
  ['the same GPU', { provider: 'cuda', gpus: [T4.name] }, [T4]],
  ['more of them', { provider: 'cuda', gpus: [T4.name] }, [T4, T4]],
  ['another GPU', { provider: 'cuda', gpus: [T4.name] }, [A100], /expected Tesla T4, got NVIDIA A100/],
  ['no GPU', { provider: 'cuda', gpus: [T4.name] }, undefined, /expected Tesla T4, got no GPU/],
  [
    'another one beside it, which the provider may take',
    { provider: 'cuda', gpus: [T4.name] },
    [A100, T4],
    /expected Tesla T4, got NVIDIA A100, Tesla T4/,
  ],
  ['another GPU, where the processor computes', { provider: 'cpu', gpus: [T4.name] }, [A100]],
  ['a profile that names no GPU', { provider: 'webgpu' }, [A100]],
])('a plan of %s', (_sentence, measured, gpus, refused) => {
  const plan = {
    modules: [
      {
        name: 'm',
        allocations: [{ hardware: 'gpu-a' }],
        measuredOn: measured && { 'gpu-a': { cpuModel: 'this', ...measured } },
      },
    ],
  } as unknown as FeasiblePlan;
  const check = (): void => assertHardwareHere(plan, { cpuModel: 'this', ...(gpus && { gpus }) });
  if (refused === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(refused);
});
