/**
 * The GPU path for real, on a software Vulkan driver where there is no GPU: profile, plan, serve, one answer. Chromium
 * brings such a driver and the loader for it (Debian and Ubuntu: apt-get install chromium); nothing is installed here.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Profile } from '../../src/domain/profile.ts';
import { harp, serve } from '../end-to-end/harp.ts';

const PLACES = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
];
const driver = process.env.VK_DRIVER_FILES ?? PLACES.find(existsSync);
if (driver === undefined) {
  process.stderr.write(
    `no software Vulkan driver in ${PLACES.join(', ')}: apt-get install chromium, or set VK_DRIVER_FILES\n`,
  );
}

let folder: string;
const before = { ...process.env };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-webgpu-'));
  await harp(['model', 'create', 'mlp'], folder);
  if (driver === undefined) return;
  process.env.VK_DRIVER_FILES = driver;
  process.env.LD_LIBRARY_PATH = [dirname(driver), before.LD_LIBRARY_PATH].filter(Boolean).join(':');
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

const SWEEP =
  '--provider webgpu --batch-sizes 1,2 --min-duration 0.2 --max-duration 3 --min-runs 8 --allow-unstable';

describe.skipIf(driver === undefined)('webgpu', () => {
  test('measures whole devices under a name of their own, and says on which driver', async () => {
    const { exitCode, stdout, stderr } = await harp(
      ['profile', 'mlp.onnx', ...SWEEP.split(' '), '--json'],
      folder,
    );
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { points, runtime } = JSON.parse(stdout) as Profile;
    expect(points.map(({ hardware, cores, batchSize }) => [hardware, cores, batchSize])).toEqual([
      ['local-gpu', 1, 1],
      ['local-gpu', 1, 2],
    ]);
    expect(runtime).toMatchObject({ provider: 'webgpu', vulkanDrivers: driver });
  }, 120_000);

  test('plans buy that device, and the daemon runs batches on it', async () => {
    const planned = await harp(
      'plan mlp.webgpu.profile.json --rate 1 --slo 20000 --guarantee model --out mlp.plan.json'.split(' '),
      folder,
    );
    expect(planned.exitCode).toBe(0);
    const plan = JSON.parse(readFileSync(join(folder, 'mlp.plan.json'), 'utf8'));
    expect(plan.modules[0].measuredOn['local-gpu']).toMatchObject({ provider: 'webgpu' });
    const server = await serve(['mlp.plan.json'], folder);
    try {
      const answer = await fetch(`${server.url}/v2/models/mlp/infer`, {
        method: 'POST',
        body: JSON.stringify({
          inputs: [{ name: 'features', datatype: 'FP32', shape: [1, 128], data: new Array(128).fill(0.5) }],
        }),
      });
      expect(answer.status).toBe(200);
      const { outputs } = (await answer.json()) as { outputs: { data: number[] }[] };
      expect(outputs[0]!.data).toHaveLength(10);
      expect(outputs[0]!.data.every(Number.isFinite)).toBe(true);
    } finally {
      await server.stop();
    }
  }, 120_000);

  test('shares of a device are refused, since the provider gives none', async () => {
    const { exitCode, stderr } = await harp(
      'profile mlp.onnx --provider webgpu --cores 2'.split(' '),
      folder,
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('gives no shares of its device'),
    });
  });
});

describe.each([
  { provider: 'webgpu', hint: 'It needs a Vulkan driver' },
  { provider: 'cuda', hint: 'ONNXRUNTIME_NODE_INSTALL' },
  { provider: 'tensorrt', hint: 'ONNXRUNTIME_NODE_INSTALL' },
])('$provider where it is missing', ({ provider, hint }) => {
  test('ends with 5, says how to get it, keeps its log lines to itself and leaves no file', async () => {
    process.env.VK_DRIVER_FILES = join(folder, 'none.json');
    try {
      const { exitCode, stdout, stderr } = await harp(
        ['profile', 'mlp.onnx', '--provider', provider, '--out', `${provider}.json`, '--json'],
        folder,
      );
      const { error } = JSON.parse(stdout);
      // A machine that has CUDA has it.
      if (provider !== 'webgpu' && exitCode === 0) return;
      expect(error).toMatchObject({
        code: 'missing-capability',
        exitCode: 5,
        hint: expect.stringContaining(hint),
      });
      expect(stderr).toBe('');
      expect(existsSync(join(folder, `${provider}.json`))).toBe(false);
    } finally {
      if (driver !== undefined) process.env.VK_DRIVER_FILES = driver;
    }
  }, 60_000);
});
