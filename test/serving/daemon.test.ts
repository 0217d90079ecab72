/** The daemon over real HTTP, with the emulated engine. */
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceWorker } from '../../src/engine/worker-port.ts';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import type { ModelStatistics } from '../../src/serving/statistics.ts';
import type { WorkerOrder } from '../../src/serving/worker-order.ts';
import { type PlannedModule, planOf, tensor } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';

const OPTIONS = emulatedOptions({ bodyLimitBytes: 10_000 });

const start = (modules: readonly PlannedModule[], rateRps?: number): Promise<Daemon> =>
  startDaemon(planOf('app', modules, rateRps), OPTIONS);

interface Answer {
  readonly error: string;
  readonly outputs: readonly { readonly name: string; readonly shape: number[] }[];
  readonly parameters: { readonly batch_size: number };
}

const infer = async (
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
  model = 'app',
) => {
  const response = await fetch(`${url}/v2/models/${model}/infer`, { method: 'POST', body, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
};

const rows = (count: number, extra = {}) =>
  JSON.stringify({
    inputs: [
      {
        name: 'x',
        datatype: 'FP32',
        shape: [count, 2],
        data: Array.from({ length: count * 2 }, (_, i) => i),
      },
    ],
    ...extra,
  });

describe('one module', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await start([{ name: 'a' }]);
  });
  afterAll(() => daemon.stop());

  it('tells its health, itself and its models', async () => {
    const get = async (path: string) => (await fetch(daemon.url + path)).json();
    expect(await get('/v2/health/ready')).toEqual({ ready: true, live: true });
    expect(await get('/v2')).toMatchObject({
      name: 'harp',
      extensions: ['binary_tensor_data', 'statistics'],
      models: ['app', 'a'],
    });
    expect(await get('/v2/models/a/versions/1')).toEqual({
      name: 'a',
      versions: ['1'],
      platform: 'onnxruntime_onnx',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
    });
  });

  it('answers JSON tensors, echoes the id and tells how the batch went', async () => {
    const { status, body } = await infer(daemon.url, rows(3, { id: 'seven' }));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      model_name: 'app',
      id: 'seven',
      outputs: [{ name: 'y', datatype: 'FP32', shape: [3, 2], data: [0, 0, 0, 0, 0, 0] }],
      parameters: { batch_size: 3, compute_ms: 10 },
    });
  });

  it('splits a request that is larger than a batch', async () => {
    const { status, body } = await infer(daemon.url, rows(11));
    expect(status).toBe(200);
    expect(body.outputs[0]!.shape).toEqual([11, 2]);
    expect(body.parameters.batch_size).toBeLessThanOrEqual(4);
  });

  it('takes gzip', async () => {
    expect((await infer(daemon.url, gzipSync(rows(1)), { 'content-encoding': 'gzip' })).status).toBe(200);
  });

  const refused: [
    sentence: string,
    body: string | Uint8Array,
    headers: Record<string, string>,
    status: number,
    message: RegExp,
  ][] = [
    ['not JSON', '{', {}, 400, /not JSON/],
    ['a body cut short', rows(1).slice(0, -20), {}, 400, /not JSON/],
    [
      'a tensor of the wrong shape',
      rows(1).replace('[1,2]', '[1,3]'),
      {},
      400,
      /expected 3 elements .*got 2/,
    ],
    [
      'a tensor of the wrong type',
      rows(1).replace('FP32', 'INT64'),
      {},
      400,
      /expected FP32 \[batch, 2\], got INT64 \[1, 2\]/,
    ],
    ['an input that the model lacks', rows(1).replace('"x"', '"z"'), {}, 400, /expected "x", got "z"/],
    ['a header longer than the body', rows(1), { 'inference-header-content-length': '9999' }, 400, /9999/],
    [
      'a header that is no number',
      rows(1),
      { 'inference-header-content-length': 'xx' },
      400,
      /Inference-Header-Content-Length: expected a number of bytes, got "xx"/,
    ],
    [
      'JSON of a type that JSON has not, for a model of another',
      rows(1).replace('FP32', 'FP16'),
      {},
      400,
      /^input "x": expected FP32 \[batch, 2\], got FP16 \[1, 2\]$/,
    ],
    ['more than the limit', rows(5000), {}, 413, /larger than 10000 bytes/],
    [
      'a priority that is none',
      rows(1, { parameters: { priority: 1001 } }),
      {},
      400,
      /from 1, the most important, to 1000; 10 is what a request without one has, and one of 0, got 1001/,
    ],
    ['gzip that is none', 'hello', { 'content-encoding': 'gzip' }, 400, /not gzip/],
    ['an unknown packing', rows(1), { 'content-encoding': 'br' }, 415, /gzip or deflate/],
    [
      'a packing with a name of JavaScript',
      rows(1),
      { 'content-encoding': 'constructor' },
      415,
      /gzip or deflate/,
    ],
    ['more rows than may wait', rows(101), {}, 400, /at most 100 rows, got 101/],
    [
      'a deadline that nothing meets',
      rows(1, { parameters: { timeout: 100 } }),
      {},
      429,
      /allows 0.1 ms, and the fastest answer takes \d+/,
    ],
  ];
  it.each(refused)('%s: a 4xx with a message', async (_sentence, body, headers, status, message) => {
    const answer = await infer(daemon.url, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(message);
    if (status === 429) expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('unknown models, paths and methods', async () => {
    expect((await infer(daemon.url, rows(1), {}, 'nope')).body.error).toMatch(/unknown model "nope".*app, a/);
    expect((await fetch(`${daemon.url}/v3`)).status).toBe(404);
    expect((await fetch(`${daemon.url}/v2/models/app/infer`)).status).toBe(405);
    expect((await fetch(`${daemon.url}/v2/models/app/versions/2`)).status).toBe(404);
  });

  it('a client that hangs up in the middle of its body harms nobody', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(daemon.url).port), '127.0.0.1', () => {
        socket.write('POST /v2/models/app/infer HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"inputs"');
        socket.end();
      });
      socket.resume().on('close', () => resolve());
    });
    expect((await infer(daemon.url, rows(1))).status).toBe(200);
  });

  it('counts what it did', async () => {
    const text = await (await fetch(`${daemon.url}/metrics`)).text();
    expect(text).toMatch(/harp_requests_total\{model="app",outcome="shed"\} 1/);
    expect(text).toMatch(/harp_shed_total\{model="app",reason="deadline-too-short"\} 1/);
    expect(text).toMatch(/nv_inference_request_success\{model="app"\} [1-9]/);
    expect(text).toMatch(/nv_inference_request_failure\{model="app",reason="REJECTED"\} 1/);
    expect(text).toMatch(/harp_workers_up\{module="a"\} 1/);
  });
});

describe('a model of a fixed batch', () => {
  it('takes any number of rows, and gives one for each', async () => {
    const daemon = await start([
      {
        name: 'a',
        batchSize: 4,
        inputs: [{ name: 'x', datatype: 'FP32', shape: [4, 2] }],
        outputs: [{ name: 'y', datatype: 'FP32', shape: [4, 3] }],
      },
    ]);
    for (const count of [1, 4, 6]) {
      const { status, body } = await infer(daemon.url, rows(count));
      expect(status).toBe(200);
      expect(body.outputs).toMatchObject([{ shape: [count, 3] }]);
    }
    await daemon.stop();
  });

  it.each<[sentence: string, module: PlannedModule]>([
    [
      'batches larger than it',
      { name: 'a', batchSize: 8, inputs: [{ name: 'x', datatype: 'FP32', shape: [4, 2] }] },
    ],
    [
      'inputs that share no batch',
      { name: 'a', inputs: [tensor('x', 2), { name: 'z', datatype: 'FP32', shape: [1] }] },
    ],
    ['strings', { name: 'a', inputs: [{ name: 'x', datatype: 'BYTES', shape: ['batch'] }] }],
    [
      'a length that is not known',
      { name: 'a', inputs: [{ name: 'x', datatype: 'FP32', shape: ['batch', 'length'] }] },
    ],
  ])('%s: refused at the start', async (_sentence, module) => {
    await expect(start([module])).rejects.toThrow(/module a/);
  });
});

describe('a pipeline', () => {
  it('runs a request through all of its modules, and each module by itself', async () => {
    const daemon = await start([
      { name: 'detect', inputs: [tensor('x', 2)], outputs: [tensor('crop', 3)] },
      { name: 'read', after: ['detect'], inputs: [tensor('crop', 3)], outputs: [tensor('text', 4)] },
    ]);
    const whole = await infer(daemon.url, rows(2));
    expect(whole.body.outputs).toMatchObject([{ name: 'text', shape: [2, 4] }]);
    expect(whole.body.parameters).toMatchObject({
      compute_ms: 20,
      'detect.compute_ms': 10,
      'detect.batch_size': 2,
      'detect.tasks': 2,
      'read.compute_ms': 10,
    });
    const part = await infer(daemon.url, rows(1), {}, 'detect');
    expect(part.body.outputs).toMatchObject([{ name: 'crop', shape: [1, 3] }]);
    expect(part.body.parameters).toMatchObject({ compute_ms: 10 });
    expect(part.body.parameters).not.toHaveProperty('detect.compute_ms');
    await daemon.stop();
  });

  it('counts as an ensemble of Triton does, and its metrics say what its statistics do', async () => {
    const daemon = await start([
      { name: 'detect', inputs: [tensor('x', 2)], outputs: [tensor('crop', 3)] },
      { name: 'read', after: ['detect'], inputs: [tensor('crop', 3)], outputs: [tensor('text', 4)] },
    ]);
    const scrape = async () => (await fetch(daemon.metricsUrl)).text();
    expect(await scrape()).toContain('nv_inference_request_success{model="read"} 0\n');
    await infer(daemon.url, rows(2));
    await infer(daemon.url, rows(6), {}, 'detect');
    const metrics = await scrape();
    const { model_stats } = (await (await fetch(`${daemon.url}/v2/models/stats`)).json()) as {
      model_stats: ModelStatistics[];
    };
    const counted = model_stats.map(({ name, inference_count, execution_count, inference_stats }) => {
      const { success, queue, compute_infer } = inference_stats;
      expect([queue.count, compute_infer.count]).toEqual([success.count, success.count]);
      for (const [metric, value] of [
        ['request_success', success.count],
        ['count', inference_count],
        ['exec_count', execution_count],
        ['request_duration_us', success.ns / 1000],
        ['queue_duration_us', queue.ns / 1000],
        ['compute_infer_duration_us', compute_infer.ns / 1000],
      ])
        expect(metrics).toContain(`nv_inference_${metric}{model="${name}"} ${value}\n`);
      return [name, success.count, inference_count, execution_count, compute_infer.ns / 1e6];
    });
    expect(counted).toEqual([
      ['app', 1, 2, 1, 20],
      ['detect', 2, 8, 3, 20],
      ['read', 1, 2, 1, 10],
    ]);
    await daemon.stop();
  });

  it('a module whose workers are gone is not ready, nor is the application; the other one is', async () => {
    const started: InferenceWorker[] = [];
    const daemon = await startDaemon(
      planOf('app', [
        { name: 'detect', inputs: [tensor('x', 2)], outputs: [tensor('crop', 3)] },
        { name: 'read', after: ['detect'], inputs: [tensor('crop', 3)], outputs: [tensor('text', 4)] },
      ]),
      {
        ...OPTIONS,
        startWorker: (order) => {
          const worker = OPTIONS.startWorker(order);
          started.push(worker);
          return started.length <= 2 ? worker : { ...worker, ready: new Promise(() => {}) };
        },
      },
    );
    const get = async (path: string) => {
      const response = await fetch(daemon.url + path);
      return [response.status, ((await response.json()) as { ready: boolean }).ready];
    };
    expect(await get('/v2/models/read/ready')).toEqual([200, true]);
    started[1]!.kill('it is gone');
    await expect.poll(() => get('/v2/models/read/ready')).toEqual([503, false]);
    expect(await get('/v2/models/app/ready')).toEqual([503, false]);
    expect(await get('/v2/models/detect/ready')).toEqual([200, true]);
    expect(await get('/v2/health/ready')).toEqual([503, false]);
    expect(await get('/v2/health/live')).toEqual([200, false]);
    await daemon.stop();
  });
});

describe('fan-out by rows', () => {
  const detect: PlannedModule = {
    name: 'detect',
    inputs: [tensor('x', 2)],
    outputs: [tensor('crops', 3, 4)],
  };
  const vehicle: PlannedModule = {
    name: 'vehicle',
    after: ['detect'],
    rows: 'split',
    perRequest: 3,
    inputs: [tensor('crop', 4)],
    outputs: [tensor('kind', 5)],
    sources: { crop: 'detect.crops' },
  };

  it('sends each row of what a module found as a task of its own, and joins the answers', async () => {
    const daemon = await start([
      { ...detect, outputs: [tensor('crops', 3, 4), tensor('scene', 2)] },
      vehicle,
      {
        name: 'colour',
        after: ['vehicle'],
        rows: 'split',
        perRequest: 3,
        inputs: [tensor('kind', 5)],
        outputs: [tensor('colour', 1)],
      },
      { name: 'place', after: ['detect'], inputs: [tensor('scene', 2)], outputs: [tensor('place', 7)] },
    ]);
    const { body } = await infer(daemon.url, rows(2));
    expect(body.outputs).toMatchObject([
      { name: 'colour.colour', shape: [6, 1] },
      { name: 'place.place', shape: [2, 7] },
    ]);
    expect(body.parameters).toMatchObject({ 'colour.colour.rows': '3,3' });
    const metrics = await (await fetch(daemon.metricsUrl)).text();
    expect(metrics).toMatch(/harp_batch_size_sum\{module="vehicle"\} 6/);
    const alone = await infer(daemon.url, vehicleRows, {}, 'vehicle');
    expect(alone.body.outputs).toMatchObject([{ name: 'kind', shape: [1, 5] }]);
    await daemon.stop();
  });
  const vehicleRows = JSON.stringify({
    inputs: [{ name: 'crop', datatype: 'FP32', shape: [1, 4], data: [0, 0, 0, 0] }],
  });

  it('a request in which nothing was found is answered without rows', async () => {
    const daemon = await startDaemon(planOf('app', [detect, vehicle]), {
      ...OPTIONS,
      startWorker: (order) => ({
        ...OPTIONS.startWorker(order),
        run: async (slots) => ({
          computeMs: 1,
          outputs: order.outputs.map(({ name, shape }) => {
            const found = order.planned.module === 0 ? 0 : (shape[1] as number);
            const dims = [slots.length, found, ...(shape.slice(2) as number[])];
            return { name, datatype: 'FP32' as const, dims, data: new Uint8Array(4 * slots.length * found) };
          }),
        }),
      }),
    });
    const { status, body } = await infer(daemon.url, rows(1));
    expect([status, body.outputs]).toEqual([
      200,
      [{ name: 'kind', datatype: 'FP32', shape: [0, 5], data: [] }],
    ]);
    await daemon.stop();
  });

  it('refuses at once what cannot be split', async () => {
    await expect(start([{ ...detect, rows: 'split' }])).rejects.toThrow(/detect: rows.*cannot split rows/s);
    await expect(start([detect, { ...vehicle, inputs: [tensor('crop', 9)] }])).rejects.toThrow(
      /expected rows of FP32 \[9\], got FP32 \[3, 4\]/,
    );
    await expect(
      start([detect, vehicle, { name: 'end', after: ['vehicle'], inputs: [tensor('kind', 5)] }]),
    ).rejects.toThrow(/expected FP32 \[5\], got rows of FP32 \[5\]/);
  });
});

describe('another plan', () => {
  it('takes the place of the first without a request being lost', async () => {
    const patient = { durationMs: 1, budgetMs: 60_000 };
    const gates = new EventEmitter();
    const allowed = once(gates, 'batches');
    const daemon = await startDaemon(planOf('app', [{ name: 'a', ...patient }]), {
      ...OPTIONS,
      startWorker: (order) => {
        const worker = OPTIONS.startWorker(order);
        return { ...worker, run: (...batch) => allowed.then(() => worker.run(...batch)) };
      },
    });
    /** Two whole batches, which wait for nobody. */
    const send = () => Promise.all(Array.from({ length: 8 }, () => infer(daemon.url, rows(1))));
    const widths = async (answers: ReturnType<typeof send>): Promise<(number | undefined)[]> =>
      (await answers).map(({ body }) => body.outputs?.[0]?.shape[1]);
    const before = send();
    await inFlight(daemon, 8);
    const up = once(gates, 'next plan');
    const swapped = daemon.swap(planOf('app', [{ name: 'b', ...patient, outputs: [tensor('y', 3)] }]), {
      startWorker: (order) => ({ ...OPTIONS.startWorker(order), ready: up.then(() => {}) }),
    });
    const meanwhile = send();
    await inFlight(daemon, 16);
    gates.emit('next plan');
    await swapped;
    expect(await widths(send())).toEqual(new Array(8).fill(3));
    gates.emit('batches');
    expect(await widths(before)).toEqual(new Array(8).fill(2));
    expect(await widths(meanwhile)).toEqual(new Array(8).fill(2));
    expect(await (await fetch(`${daemon.url}/v2/models`)).json()).toEqual({ models: ['app', 'b'] });
    await daemon.stop();
  });

  it('that cannot be served leaves the first in force', async () => {
    const daemon = await start([{ name: 'a' }]);
    const next = planOf('app', [{ name: 'b' }]);
    const refused = (order: WorkerOrder): InferenceWorker => ({
      ...OPTIONS.startWorker(order),
      ready: Promise.reject(new Error('no such model')),
    });
    await expect(daemon.swap(next, { startWorker: refused })).rejects.toThrow('no such model');
    expect((await infer(daemon.url, rows(1))).status).toBe(200);
    await daemon.stop();
  });
});

describe('priorities', () => {
  it('where not all can be served, the less important give way, by parameter or header', async () => {
    const daemon = await start([{ name: 'a', batchSize: 1, durationMs: 100 }]);
    const usual = Array.from({ length: 4 }, () => infer(daemon.url, rows(1)));
    while (!(await (await fetch(daemon.metricsUrl)).text()).includes('harp_rows_in_flight 4')) {}
    const important = [
      infer(daemon.url, rows(1, { parameters: { priority: 1 } })),
      infer(daemon.url, rows(1), { 'x-request-priority': '2' }),
    ];
    expect((await Promise.all(important)).map(({ status }) => status)).toEqual([200, 200]);
    const answers = await Promise.all(usual);
    const displaced = answers.filter(({ status }) => status === 429);
    expect(displaced.length).toBeGreaterThan(0);
    expect(displaced[0]!.body.error).toMatch(/^refused: it gave way to a more important one/);
    expect(await (await fetch(daemon.metricsUrl)).text()).toContain(
      `harp_shed_total{model="app",reason="displaced"} ${displaced.length}\n`,
    );
    expect((await infer(daemon.url, rows(1), { 'x-request-priority': 'high' })).status).toBe(400);
    await daemon.stop();
  });
});

describe('stopping', () => {
  it('answers what was accepted, refuses what comes', async () => {
    const gate = new EventEmitter();
    const allowed = once(gate, 'batches');
    const daemon = await startDaemon(planOf('app', [{ name: 'a', budgetMs: 60_000 }]), {
      ...OPTIONS,
      startWorker: (order) => {
        const worker = OPTIONS.startWorker(order);
        return { ...worker, run: (...batch) => allowed.then(() => worker.run(...batch)) };
      },
    });
    const accepted = infer(daemon.url, rows(4));
    await inFlight(daemon, 4);
    const stopped = daemon.stop();
    const late = await infer(daemon.url, rows(1));
    expect([late.status, late.body.error]).toEqual([503, expect.stringContaining('shutting down')]);
    expect(await (await fetch(daemon.metricsUrl)).text()).toContain(
      'harp_shed_total{model="app",reason="draining"} 1\n',
    );
    expect(await (await fetch(`${daemon.url}/v2/health/live`)).json()).toEqual({ ready: false, live: true });
    gate.emit('batches');
    expect((await accepted).status).toBe(200);
    await stopped;
    await expect(fetch(`${daemon.url}/v2/health/live`)).rejects.toThrow();
  });

  it('waits for no connection that says nothing', async () => {
    const daemon = await start([{ name: 'a' }]);
    const silent = await connectTo(daemon.url);
    await daemon.stop();
    await once(silent, 'close');
  });

  it('lets a client that is slow to read have all of its answer', async () => {
    const wide = { name: 'a', outputs: [tensor('y', 3_000_000)] };
    const daemon = await start([wide]);
    const client = await connectTo(daemon.url);
    const body = rows(1, { parameters: { binary_data_output: true } });
    client.pause();
    client.write(
      `POST /v2/models/a/infer HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect
      .poll(async () => (await fetch(`${daemon.url}/metrics`)).text())
      .toMatch(/harp_requests_total\{model="a",outcome="served"\} 1/);
    const stopped = daemon.stop();
    let received = 0;
    client.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    client.resume();
    await once(client, 'close');
    expect(received).toBeGreaterThan(12_000_000);
    await stopped;
  });

  it('gives up starting when it is told to, and stops the workers that are on their way', async () => {
    const signal = AbortSignal.abort(new Error('told to stop'));
    let killed = 0;
    const neverReady: InferenceWorker = {
      pid: undefined,
      ready: new Promise(() => {}),
      exited: new Promise(() => {}),
      run: () => Promise.reject(new Error('not ready')),
      resize: async () => {},
      stop: async () => {},
      kill: () => {
        killed += 1;
      },
    };
    await expect(
      startDaemon(planOf('app', [{ name: 'a' }]), { ...OPTIONS, signal, startWorker: () => neverReady }),
    ).rejects.toThrow('told to stop');
    expect(killed).toBe(1);
  });
});

const inFlight = (daemon: Daemon, count: number) =>
  expect
    .poll(async () => (await fetch(`${daemon.url}/metrics`)).text())
    .toMatch(`harp_rows_in_flight ${count}`);

async function connectTo(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}
