/** What one client, or all of them together, can take of the daemon: no more than its limits, and it comes back. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startEmulatedWorker } from '../../src/engine/emulated-worker.ts';
import { type InferenceWorker, InputRefused } from '../../src/engine/worker-port.ts';
import { type Daemon, type DaemonOptions, startDaemon } from '../../src/serving/daemon.ts';
import { planOf, tensor } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';

const ROW_BYTES = 40_000;
let daemon: Daemon;
afterEach(() => daemon.stop());

/** Batches of four, of 200 ms each. */
async function start(options: Partial<DaemonOptions> = {}): Promise<void> {
  const model = { name: 'a', inputs: [tensor('x', ROW_BYTES / 4)], durationMs: 200, budgetMs: 5000 };
  daemon = await startDaemon(
    planOf('app', [model]),
    emulatedOptions({ bodyLimitBytes: 2 ** 20, ...options }),
  );
}

const json = `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,${ROW_BYTES / 4}],"parameters":{"binary_data_size":${ROW_BYTES}}}]}`;

const infer = async (mark = 0): Promise<{ status: number; error: string }> => {
  const body = Buffer.concat([Buffer.from(json), Buffer.alloc(ROW_BYTES, mark)]);
  const response = await fetch(`${daemon.url}/v2/models/app/infer`, {
    method: 'POST',
    body,
    headers: { 'inference-header-content-length': String(json.length) },
  });
  return { status: response.status, error: ((await response.json()) as { error: string }).error };
};

/** A client that has sent a part of a large body, and nothing since. */
async function stalled(bytes: number): Promise<Socket> {
  const socket = connect(Number(new URL(daemon.url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /v2/models/app/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
  socket.write(Buffer.alloc(bytes));
  return socket;
}

describe('the memory that requests may hold', () => {
  it('is shared by all that wait: who comes beyond it is refused, and others are let in as it is given back', async () => {
    await start({ memoryLimitBytes: 5.5 * ROW_BYTES });
    const answers = await Promise.all(Array.from({ length: 12 }, () => infer()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { error } of refused) expect(error).toMatch(/^refused: .* that requests under way may hold/);
    expect(await (await fetch(daemon.metricsUrl)).text()).toContain(
      `harp_shed_total{model="app",reason="memory"} ${refused.length}\n`,
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(12 - refused.length);
    expect((await infer()).status).toBe(200);
  });

  it('counts bodies that are still arriving, and gives it back when their sender goes', async () => {
    await start({ memoryLimitBytes: 200_000 });
    const clients = await Promise.all([stalled(90_000), stalled(90_000)]);
    await expect.poll(async () => (await infer()).status).toBe(429);
    for (const client of clients) client.destroy();
    await expect.poll(async () => (await infer()).status).toBe(200);
  });

  it('is given back by requests that fail', async () => {
    await start({ memoryLimitBytes: 2.5 * ROW_BYTES });
    for (let round = 0; round < 5; round += 1) {
      const response = await fetch(`${daemon.url}/v2/models/app/infer`, {
        method: 'POST',
        body: Buffer.concat([Buffer.from(json), Buffer.alloc(ROW_BYTES)]),
        headers: { 'inference-header-content-length': String(json.length), 'x-request-timeout-ms': '1' },
      });
      expect(response.status).toBe(429);
    }
    expect((await infer()).status).toBe(200);
  });
});

describe('what the engine does not run', () => {
  /** Refuses batches in which a row is marked; `how` it says so. Keeps the sizes of those. */
  const picky =
    (how: Error, refused: number[]): DaemonOptions['startWorker'] =>
    ({ outputs }): InferenceWorker => {
      const worker = startEmulatedWorker({ durationMs: new Float64Array(5).fill(1), outputs });
      return {
        ...worker,
        run: (slots, limitMs) => {
          // The first request to come has the first slot, until it has failed alone: then that is another's.
          if (!slots.includes(0) || refused.at(-1) === 1) return worker.run(slots, limitMs);
          refused.push(slots.length);
          return Promise.reject(how);
        },
      };
    };

  it.each<[sentence: string, how: Error, status: number, says: RegExp]>([
    ['its values', new InputRefused('index out of range'), 400, /does not run on these values: index/],
    ['a fault of its own', new Error('no space left'), 500, /the engine failed: no space left/],
  ])('%s: one request fails, the others of its batch are answered', async (_, how, status, says) => {
    const refused: number[] = [];
    await start({ startWorker: picky(how, refused) });
    const first = infer();
    const others = Promise.all([infer(), infer(), infer()]);
    const all = [await first, ...(await others)];
    const failed = all.filter((answer) => answer.status !== 200);
    expect(failed).toEqual([{ status, error: expect.stringMatching(says) }]);
    expect(refused[0]).toBeGreaterThan(1);
    // The batch, and those of its parts that had the guilty row in them.
    const metrics = await (await fetch(daemon.metricsUrl)).text();
    expect(metrics).toContain(`harp_batches_failed_total{module="a"} ${refused.length}`);
  });
});
