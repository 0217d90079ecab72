/** Workers that die: nothing accepted goes unanswered, they come back by themselves, and readiness tells while they do not. */
import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants, type RunningServer, serve } from './harp.ts';
import { sendOpenLoop, tally, tell, withStatus } from './open-loop.ts';
import { edit, MLP_BODY, planned, profiled } from './small-models.ts';

const RATE_RPS = 150;
const ANSWERS = [200, 429, 503, 504];

let folder: string;
let plan: string;
beforeAll(async () => {
  folder = await profiled('mlp', '1,4');
  plan = await planned(folder, 'mlp', { rateRps: RATE_RPS, sloMs: 500 });
  edit(folder, plan, ({ modules: [mlp] }) => {
    mlp!.allocations[0]!.machines = 2;
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const readiness = async ({ url }: RunningServer): Promise<number> =>
  (await fetch(`${url}/v2/health/ready`)).status;

const count = (text: string, what: RegExp): number => text.match(new RegExp(what, 'g'))?.length ?? 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills one worker. @returns how long until it is up again, ms */
async function killOne(server: RunningServer): Promise<number> {
  const back = count(server.log(), /is up again/);
  const [worker] = await descendants(server.child.pid!);
  const killedMs = performance.now();
  process.kill(worker!, 'SIGKILL');
  await expect
    .poll(() => count(server.log(), /is up again/), { timeout: 10_000, interval: 5 })
    .toBe(back + 1);
  return performance.now() - killedMs;
}

describe('kill -9', () => {
  it('of a worker under load: every request is answered, nearly all of them well', async () => {
    const server = await serve([plan, '--share-cores'], folder);
    const load = sendOpenLoop({
      url: `${server.url}/v2/models/mlp/infer`,
      body: MLP_BODY,
      rateRps: RATE_RPS,
      seconds: 6,
    });
    const recoveredMs: number[] = [];
    for (let kill = 0; kill < 5; kill += 1) {
      await pause(500);
      recoveredMs.push(await killOne(server));
    }
    const answers = await load;
    tell(`up again after ${recoveredMs.map(Math.round).join(', ')} ms; ${tally(answers)}`);
    expect(withStatus(answers, ...ANSWERS)).toHaveLength(RATE_RPS * 6);
    expect(withStatus(answers, 200).length).toBeGreaterThan(RATE_RPS * 6 * 0.95);
    expect((await server.stop()).exitCode).toBe(0);
  }, 60_000);

  it('of all workers at once, again and again: late or refused, but answered', async () => {
    const server = await serve([plan, '--share-cores'], folder);
    const load = sendOpenLoop({
      url: `${server.url}/v2/models/mlp/infer`,
      body: MLP_BODY,
      rateRps: RATE_RPS,
      seconds: 4,
    });
    for (let kill = 0; kill < 4; kill += 1) {
      await pause(600);
      for (const worker of await descendants(server.child.pid!)) process.kill(worker, 'SIGKILL');
    }
    const answers = await load;
    tell(`all workers killed four times: ${tally(answers)}`);
    expect(withStatus(answers, ...ANSWERS)).toHaveLength(RATE_RPS * 4);
    await expect.poll(() => readiness(server), { timeout: 10_000 }).toBe(200);
    expect((await server.stop()).exitCode).toBe(0);
  }, 60_000);
});

describe('a crash loop', () => {
  it('backs off, readiness tells, requests are refused in time, and it ends by itself', async () => {
    const server = await serve([plan, '--share-cores'], folder);
    const url = `${server.url}/v2/models/mlp/infer`;
    copyFileSync(join(folder, 'mlp.onnx'), join(folder, 'kept.onnx'));
    writeFileSync(join(folder, 'mlp.onnx'), 'no model any more');
    for (const worker of await descendants(server.child.pid!)) process.kill(worker, 'SIGKILL');
    await expect
      .poll(() => count(server.log(), /worker 0 .*starting again in 400 ms/), { timeout: 15_000 })
      .toBeGreaterThan(0);
    const delays = [...server.log().matchAll(/worker 0 .*starting again in (\d+) ms/g)].map(([, ms]) =>
      Number(ms),
    );
    expect(delays.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(await readiness(server)).toBe(503);
    const answers = await sendOpenLoop({ url, body: MLP_BODY, rateRps: 20, seconds: 1 });
    expect(withStatus(answers, 429, 503, 504)).toHaveLength(20);
    expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(5000);
    renameSync(join(folder, 'kept.onnx'), join(folder, 'mlp.onnx'));
    await expect.poll(() => readiness(server), { timeout: 20_000 }).toBe(200);
    expect((await fetch(url, { method: 'POST', body: MLP_BODY })).status).toBe(200);
    expect((await server.stop()).exitCode).toBe(0);
  }, 60_000);
});
