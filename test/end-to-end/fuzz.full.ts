/** Ten thousand malformed requests on each protocol against a real daemon and a real model. */
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackGrpc, attackRest } from '../serving/fuzz/attack.ts';
import { type RunningServer, serve } from './harp.ts';
import { tell } from './open-loop.ts';
import { planned, profiled } from './small-models.ts';

const COUNT = 10_000;
const SEED = Number(process.env.HARP_TEST_SEED ?? 1);

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await profiled('mlp', '1,4');
  const plan = await planned(folder, 'mlp', { rateRps: 500, sloMs: 5000 });
  server = await serve([plan, '--body-limit', '1'], folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const residentMiB = (): number =>
  (Number(readFileSync(`/proc/${server.child.pid}/statm`, 'utf8').split(' ')[1]) * 4096) / 2 ** 20;

describe(`malformed requests (seed ${SEED})`, () => {
  it('over REST', async () => {
    expect(await attackRest(Number(new URL(server.url).port), COUNT, SEED)).toEqual([]);
    tell(`after ${COUNT} over REST: ${residentMiB().toFixed(0)} MiB`);
  }, 300_000);

  it('over gRPC', async () => {
    expect(await attackGrpc(server.grpc, COUNT, SEED)).toEqual([]);
    tell(`after ${COUNT} over gRPC: ${residentMiB().toFixed(0)} MiB`);
  }, 300_000);

  it('leave the daemon and its worker as they were', async () => {
    expect(server.log()).not.toMatch(/was lost/);
    expect((await fetch(`${server.url}/v2/health/ready`)).status).toBe(200);
    expect(residentMiB()).toBeLessThan(500);
    expect((await server.stop()).exitCode).toBe(0);
  }, 30_000);
});
