/** The main job as users do it, with a real model, real processes and real clients: profile, plan, serve, break. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants, harp, serve } from './harp.ts';

let folder: string;
const quick = '--batch-sizes 1,4 --cores 1 --min-duration 0.1 --max-duration 1 --allow-unstable'.split(' ');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'harp-e2e-'));
  for (const args of [
    ['model', 'create', 'mlp'],
    ['profile', 'mlp.onnx', ...quick],
    ['plan', 'mlp.profile.json', '--rate', '100', '--slo', '400', '--out', 'mlp.plan.json'],
  ]) {
    const { exitCode, stderr } = await harp(args, folder);
    expect(exitCode, `harp ${args.join(' ')}: ${stderr}`).toBe(0);
  }
}, 30_000);

afterAll(() => rmSync(folder, { recursive: true }));

const body = JSON.stringify({
  inputs: [{ name: 'features', shape: [1, 128], datatype: 'FP32', data: new Array(128).fill(0.25) }],
});

const infer = async (url: string): Promise<number> => {
  const response = await fetch(`${url}/v2/models/mlp/infer`, { method: 'POST', body });
  await response.arrayBuffer();
  return response.status;
};

/** Sends `count` requests, one each `gapMs`, without waiting for answers; resolves to their statuses. */
async function sendPaced(url: string, count: number, gapMs: number): Promise<number[]> {
  const answers: Promise<number>[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    answers.push(infer(url));
    await new Promise((resolve) => setTimeout(resolve, gapMs));
  }
  return Promise.all(answers);
}

describe('harp serve', () => {
  it('workers killed with kill -9 under load come back, and no request goes unanswered', async () => {
    const server = await serve(['mlp.plan.json'], folder);
    const answers = sendPaced(server.url, 400, 10);
    for (let round = 0; round < 3; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 700));
      const [worker] = await descendants(server.child.pid!);
      process.kill(worker!, 'SIGKILL');
    }
    const statuses = await answers;
    expect(statuses).toHaveLength(400);
    expect(
      statuses.every((status) => [200, 429, 503, 504].includes(status)),
      [...new Set(statuses)].join(),
    ).toBe(true);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(200);
    expect(statuses.slice(-20)).toEqual(new Array(20).fill(200));
    const { exitCode, stderr } = await server.stop();
    expect(stderr.match(/was lost: killed by SIGKILL/g)).toHaveLength(3);
    expect(exitCode).toBe(0);
  }, 60_000);

  it('on SIGTERM answers what it has accepted, exits 0, and leaves no process', async () => {
    const server = await serve(['mlp.plan.json'], folder);
    const workers = await descendants(server.child.pid!);
    expect(workers).toHaveLength(1);
    const answers = Array.from({ length: 8 }, () => infer(server.url));
    await expect
      .poll(async () => (await fetch(`${server.url}/metrics`)).text())
      .toMatch(/harp_rows_in_flight [1-9]|outcome="served"\} [1-9]/);
    const { exitCode } = await server.stop();
    expect(await Promise.all(answers)).toEqual(new Array(8).fill(200));
    expect(exitCode).toBe(0);
    for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
  }, 60_000);

  it('with --quiet says nothing of its starting and stopping, but goes on with its log', async () => {
    const server = await serve(['mlp.plan.json', '--emulate', '--quiet', '--log-requests'], folder);
    expect(await infer(server.url)).toBe(200);
    const { stderr } = await server.stop();
    expect(stderr).toMatch(/^request \S+ mlp served 200 1 [^\n]*\n$/);
  }, 60_000);

  it('when it is killed itself, its workers end too', async () => {
    const server = await serve(['mlp.plan.json'], folder);
    const workers = await descendants(server.child.pid!);
    server.child.kill('SIGKILL');
    const alive = (pid: number): boolean => {
      try {
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]![0] !== 'Z';
      } catch {
        return false;
      }
    };
    await expect.poll(() => workers.filter(alive), { timeout: 5000 }).toEqual([]);
  }, 60_000);

  it('a chain of two models answers as one, and each of them by itself', async () => {
    writeFileSync(
      join(folder, 'chain.app.yaml'),
      `schemaVersion: 1
name: chain
rateRps: 50
sloMs: 800
modules:
  first: { profile: mlp.profile.json }
  second: { profile: mlp.profile.json, after: [first], inputs: { features: request.features } }
hardware:
  local: { pricePerHour: 0.1, count: 2 }
`,
    );
    const planned = await harp(['plan', 'chain.app.yaml', '--out', 'chain.plan.json'], folder);
    expect(planned.exitCode, planned.stderr).toBe(0);
    const server = await serve(['chain.plan.json', '--share-cores'], folder);
    const ask = async (model: string) => {
      const response = await fetch(`${server.url}/v2/models/${model}/infer`, { method: 'POST', body });
      return (await response.json()) as { outputs: { name: string; data: number[] }[] };
    };
    const whole = await ask('chain');
    expect(whole.outputs).toMatchObject([{ name: 'logits', shape: [1, 10] }]);
    expect(whole.outputs).toEqual((await ask('second')).outputs);
    expect((await server.stop()).exitCode).toBe(0);
  }, 60_000);

  describe('refuses, with the right exit code and a hint,', () => {
    let taken: ReturnType<typeof createServer>;
    let port: number;
    beforeAll(async () => {
      taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      port = (taken.address() as { port: number }).port;
      const plan = JSON.parse(readFileSync(join(folder, 'mlp.plan.json'), 'utf8'));
      const write = (name: string, change: (copy: typeof plan) => void): void => {
        const copy = structuredClone(plan);
        change(copy);
        writeFileSync(join(folder, name), JSON.stringify(copy));
      };
      write('wide.plan.json', (copy) => {
        copy.modules[0].allocations[0].cores = 512;
      });
      write('lost.plan.json', (copy) => {
        copy.modules[0].model.file = 'nowhere.onnx';
      });
      write('elsewhere.plan.json', (copy) => {
        copy.modules[0].allocations[0].hardware = 'v100';
      });
      write('future.plan.json', (copy) => {
        copy.schemaVersion = 2;
      });
      write('weights.plan.json', (copy) => {
        copy.modules[0].model.externalData = [{ file: 'mlp.profile.json', sha256: 'of other weights' }];
      });
      write('crowded.plan.json', (copy) => {
        copy.modules[0].allocations[0].memoryMiB = 1e9;
      });
      write('broken.plan.json', (copy) => {
        copy.modules[0].model.file = 'broken.onnx';
      });
      copyFileSync(join(folder, 'mlp.profile.json'), join(folder, 'broken.onnx'));
    });
    afterAll(() => taken.close());

    it.each([
      [
        'a port in use',
        () => ['mlp.plan.json', '--http', String(port)],
        5,
        /cannot listen there .*EADDRINUSE/,
      ],
      [
        'more cores than there are',
        () => ['wide.plan.json', '--http', '0'],
        5,
        /more cores than this machine has/,
      ],
      ['a model that is not there', () => ['lost.plan.json', '--http', '0'], 2, /the model is not there/],
      [
        'a model that has changed',
        () => ['broken.plan.json', '--http', '0'],
        2,
        /has changed since it was profiled/,
      ],
      [
        'weights beside the model that have changed',
        () => ['weights.plan.json', '--http', '0'],
        2,
        /mlp\.profile\.json of mlp\.onnx: the model has changed since it was profiled/,
      ],
      [
        'more memory than there is',
        () => ['crowded.plan.json', '--http', '0'],
        5,
        /need more memory than this machine has .*1 × 1000000000 for batches of/,
      ],
      [
        'a model that is none',
        () => ['broken.plan.json', '--http', '0', '--force'],
        2,
        /cannot load this model/,
      ],
      ['hardware that is not here', () => ['elsewhere.plan.json', '--http', '0'], 5, /"v100" is not here/],
      [
        'an address that others reach',
        () => ['mlp.plan.json', '--http', '0.0.0.0:0'],
        2,
        /reached from other machines/,
      ],
      [
        'a plan of another version',
        () => ['future.plan.json', '--http', '0'],
        2,
        /schemaVersion.*expected 1.*got 2/,
      ],
      ['a file that is not there', () => ['none.plan.json', '--http', '0'], 2, /there is no such file/],
    ])(
      '%s',
      async (_what, args, exitCode, message) => {
        for (const json of [false, true]) {
          const result = await harp(['serve', ...args(), ...(json ? ['--json'] : [])], folder);
          expect(result.exitCode).toBe(exitCode);
          if (json)
            expect(JSON.parse(result.stdout).error).toMatchObject({
              exitCode,
              message: expect.stringMatching(message),
            });
          else expect(result.stderr).toMatch(message);
        }
      },
      30_000,
    );
  });
});
