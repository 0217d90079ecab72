/** Clients that hang up or dawdle: their slots are freed, they are cut off, and others do not notice. */
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODEL_INFER, wellFormedGrpc } from '../serving/fuzz/malformed-grpc.ts';
import { openGrpc } from '../serving/fuzz/send.ts';
import { type RunningServer, serve } from './harp.ts';
import { post, sendOpenLoop, tell, withStatus } from './open-loop.ts';
import { edit, lasting, MLP_BODY, planned, profiled } from './small-models.ts';

/** What the daemon gives a client to send its request, and what a noisy machine adds. */
const CUT_OFF_MS = 45_000;

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await profiled('mlp', '1,4');
  const plan = await planned(folder, 'mlp', { rateRps: 20, sloMs: 8000 });
  edit(folder, plan, lasting(500));
  edit(folder, plan, ({ modules }) => {
    modules[0]!.model!.outputs![0]!.shape[1] = 2_000_000;
  });
  server = await serve([plan, '--emulate'], folder);
}, 60_000);
afterAll(async () => {
  expect((await server.stop()).exitCode).toBe(0);
  rmSync(folder, { recursive: true });
});

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
};

const descriptors = (): number => readdirSync(`/proc/${server.child.pid}/fd`).length;

async function connected(): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const HEAD = `POST /v2/models/mlp/infer HTTP/1.1\r\nHost: x\r\n`;
const small = MLP_BODY.replace(/}$/, ',"outputs":[]}');
const whole = (body: string): string => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
const CANCELLED = 'harp_requests_total\\{model="mlp",outcome="cancelled"\\}';

describe('a client that hangs up', () => {
  it('over HTTP: fifty at once leave nothing behind', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, connected));
    for (const socket of sockets) socket.write(whole(small));
    await expect.poll(() => metric('harp_rows_in_flight')).toBeGreaterThan(20);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => metric('harp_rows_in_flight'), { timeout: 300 }).toBe(0);
    expect(await metric(CANCELLED)).toBeGreaterThan(20);
  });

  it('over gRPC: the same', async () => {
    const before = await metric(CANCELLED);
    const session = await openGrpc(server.grpc);
    for (let call = 0; call < 20; call += 1) {
      const stream = session.request({
        ':method': 'POST',
        ':path': MODEL_INFER,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.on('error', () => {});
      stream.end(wellFormedGrpc());
    }
    await expect.poll(() => metric('harp_rows_in_flight')).toBeGreaterThan(10);
    session.destroy();
    await expect.poll(() => metric('harp_rows_in_flight'), { timeout: 300 }).toBe(0);
    expect(await metric(CANCELLED)).toBeGreaterThan(before + 10);
  });
});

/** Sends a byte now and then. @returns how long until it was cut off, ms, and what it was told */
async function dawdle(begin: string): Promise<{ tookMs: number; told: string }> {
  const socket = await connected();
  const startMs = performance.now();
  let told = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  socket.write(begin);
  const drip = setInterval(() => socket.write('x'), 1000);
  await once(socket, 'close');
  clearInterval(drip);
  return { tookMs: performance.now() - startMs, told };
}

/** Asks for megabytes and reads none of them. */
async function readNothing(): Promise<Socket> {
  const socket = await connected();
  socket.pause();
  socket.write(whole(MLP_BODY.replace(/}$/, ',"parameters":{"binary_data_output":true}}')));
  return socket;
}

describe('clients that dawdle', () => {
  it('are cut off after their time, whatever they are slow at, while others are served', async () => {
    const atFirst = descriptors();
    const slow = Promise.all([
      ...Array.from({ length: 30 }, () => dawdle(`${HEAD}Slow: `)),
      ...Array.from({ length: 30 }, () => dawdle(`${HEAD}Content-Length: 100000\r\n\r\n{"`)),
    ]);
    const readers = await Promise.all(Array.from({ length: 10 }, readNothing));
    const quick = await sendOpenLoop({
      url: `${server.url}/v2/models/nothing/infer`,
      body: 'x',
      rateRps: 20,
      seconds: 5,
    });
    expect(withStatus(quick, 404)).toHaveLength(quick.length);
    const ends = await slow;
    const tookMs = ends.map((end) => end.tookMs);
    tell(`cut off after ${Math.min(...tookMs).toFixed(0)} to ${Math.max(...tookMs).toFixed(0)} ms`);
    expect(Math.min(...tookMs)).toBeGreaterThan(29_000);
    expect(Math.max(...tookMs)).toBeLessThan(CUT_OFF_MS);
    expect(ends.filter(({ told }) => /^HTTP\/1.1 408 /.test(told))).toHaveLength(60);
    // The readers know of nothing: it is the daemon that lets go of them, when nothing has moved between two looks.
    await expect.poll(descriptors, { timeout: CUT_OFF_MS }).toBeLessThanOrEqual(atFirst + 2);
    for (const reader of readers) reader.destroy();
    expect((await post(`${server.url}/v2/health/live`, '')).status).toBe(405);
  }, 120_000);
});
