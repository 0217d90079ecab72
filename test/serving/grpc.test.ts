/** The gRPC side over real sockets, with requests as clients in other languages put them on the wire. */
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import protobuf from 'protobufjs/light.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_ACCESS } from '../../src/serving/access.ts';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { planOf, tensor } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';

const TOKEN = 'sixteen-characters-and-more';

const PLAN = planOf('app', [
  {
    name: 'a',
    inputs: [tensor('x', 2), { name: 'n', datatype: 'INT64', shape: ['batch', 1] }],
    durationMs: 5,
  },
]);

const start = (token?: string): Promise<Daemon> =>
  startDaemon(PLAN, emulatedOptions({ access: { ...OPEN_ACCESS, token } }));

/** Fields of a message by number, written by hand: varints, and byte strings of nested messages. */
const message = (...fields: [number, number | string | Uint8Array][]): Buffer => {
  const writer = protobuf.Writer.create();
  for (const [id, value] of fields) {
    if (typeof value === 'number') writer.uint32(id << 3).int64(value);
    else if (typeof value === 'string') writer.uint32((id << 3) | 2).string(value);
    else writer.uint32((id << 3) | 2).bytes(value);
  }
  return Buffer.from(writer.finish());
};

/** Every field of an answer: number and raw value, in order. */
function fieldsOf(bytes: Uint8Array): [number, Uint8Array | number][] {
  const reader = protobuf.Reader.create(bytes);
  const fields: [number, Uint8Array | number][] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    fields.push([tag >>> 3, (tag & 7) === 2 ? reader.bytes() : Number(reader.int64())]);
  }
  return fields;
}

const textOf = (bytes: Uint8Array | number | undefined): string =>
  Buffer.from(bytes as Uint8Array).toString();

const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const int64s = (...values: bigint[]): Buffer => Buffer.from(BigInt64Array.from(values).buffer);
/** A packed list of int64: 1 row of 2. */
const dims = (...lengths: number[]): Buffer => Buffer.from(lengths);

const input = (name: string, datatype: string, shape: Buffer, contents?: Buffer): Buffer =>
  message([1, name], [2, datatype], [3, shape], ...(contents ? ([[5, contents]] as [number, Buffer][]) : []));

/** As the common Python client sends it: raw tensors, a parameter in a map. */
const rawRequest = (id = 'req-1', ...more: [number, Buffer][]): Buffer =>
  message(
    [1, 'app'],
    [3, id],
    [5, input('x', 'FP32', dims(1, 2))],
    [5, input('n', 'INT64', dims(1, 1))],
    ...more,
    [7, floats(1, 2)],
    [7, int64s(2n ** 62n)],
  );

const call = (
  daemon: Daemon,
  method: string,
  request: Buffer,
  options: { deadline?: number; token?: string } = {},
) =>
  new Promise<Buffer>((resolve, reject) => {
    const client = new Client(daemon.grpcAddress, credentials.createInsecure());
    const metadata = new Metadata();
    if (options.token) metadata.set('authorization', `Bearer ${options.token}`);
    client.makeUnaryRequest(
      method,
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      request,
      metadata,
      options.deadline === undefined ? {} : { deadline: Date.now() + options.deadline },
      (error, response) => {
        client.close();
        if (error) reject(error);
        else resolve(response!);
      },
    );
  });

/** The health that a server tells, as long as it does. */
async function* watch(daemon: Daemon, request: Buffer): AsyncGenerator<[number, Uint8Array | number][]> {
  const client = new Client(daemon.grpcAddress, credentials.createInsecure());
  const stream = client.makeServerStreamRequest(
    '/grpc.health.v1.Health/Watch',
    (bytes: Buffer) => bytes,
    (bytes) => bytes,
    request,
  );
  try {
    for await (const status of stream) yield fieldsOf(status as Buffer);
  } finally {
    client.close();
  }
}

const inference = (method: string): string => `/inference.GRPCInferenceService/${method}`;

const refusal = (answer: Promise<Buffer>): Promise<ServiceError> =>
  answer.then(
    () => Promise.reject(new Error('it was answered')),
    (error) => error,
  );

describe('gRPC', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await start();
  });
  afterAll(() => daemon.stop());

  it('tells its health, in the protocol and as grpc.health.v1', async () => {
    expect(fieldsOf(await call(daemon, inference('ServerLive'), Buffer.alloc(0)))).toEqual([[1, 1]]);
    expect(fieldsOf(await call(daemon, inference('ServerReady'), Buffer.alloc(0)))).toEqual([[1, 1]]);
    expect(fieldsOf(await call(daemon, inference('ModelReady'), message([1, 'a'])))).toEqual([[1, 1]]);
    expect(fieldsOf(await call(daemon, '/grpc.health.v1.Health/Check', Buffer.alloc(0)))).toEqual([[1, 1]]);
    const { code } = await refusal(call(daemon, '/grpc.health.v1.Health/Check', message([1, 'nothing'])));
    expect(code).toBe(5);
  });

  it('tells of what is refused before it is let in, as REST does; of what is let in otherwise', async () => {
    const refused: object[] = [];
    const finished: object[] = [];
    const told = await startDaemon(
      PLAN,
      emulatedOptions({
        onRefused: (request) => refused.push(request),
        onFinished: (request) => finished.push(request),
      }),
    );
    await refusal(call(told, inference('ModelInfer'), message([1, 'app'], [3, 'no inputs'])));
    await call(told, inference('ModelInfer'), rawRequest());
    await told.stop();
    expect(refused).toMatchObject([{ model: 'app', outcome: 'invalid', status: 400, rows: 0 }]);
    expect(finished).toMatchObject([{ model: 'app', outcome: 'served' }]);
  });

  it('tells who watches its health now, and when it changes', async () => {
    const watched = await start();
    const statuses = watch(watched, message([1, 'app']));
    const unknown = watch(watched, message([1, 'nothing']));
    expect((await statuses.next()).value).toEqual([[1, 1]]);
    expect((await unknown.next()).value).toEqual([[1, 3]]);
    const stopped = watched.stop();
    expect((await statuses.next()).value).toEqual([[1, 2]]);
    expect((await statuses.next()).done).toBe(true);
    await stopped;
  });

  it('goes on with the plan that takes the place of the first', async () => {
    const swapped = await start();
    await swapped.swap(PLAN, emulatedOptions());
    expect(await call(swapped, inference('ModelInfer'), rawRequest())).toBeInstanceOf(Buffer);
    await swapped.stop();
  });

  it('describes itself and its models', async () => {
    const server = fieldsOf(await call(daemon, inference('ServerMetadata'), Buffer.alloc(0)));
    expect(server.map(([id, value]) => [id, textOf(value)])).toEqual([
      [1, 'harp'],
      [2, 'test'],
      [3, 'binary_tensor_data'],
      [3, 'statistics'],
    ]);
    const model = fieldsOf(await call(daemon, inference('ModelMetadata'), message([1, 'app'])));
    const [, x] = model.find(([id]) => id === 4)!;
    const parts = fieldsOf(x as Uint8Array).map(([, value]) => value as Uint8Array);
    expect(parts.slice(0, 2).map(textOf)).toEqual(['x', 'FP32']);
    expect(Buffer.from(parts[2]!)).toEqual(Buffer.from([...new Array(9).fill(0xff), 1, 2]));
  });

  it('answers raw tensors with raw tensors, echoes the id and tells how the batch went', async () => {
    const answer = fieldsOf(await call(daemon, inference('ModelInfer'), rawRequest()));
    expect(textOf(answer.find(([id]) => id === 1)![1])).toBe('app');
    expect(textOf(answer.find(([id]) => id === 3)![1])).toBe('req-1');
    const [, output] = answer.find(([id]) => id === 5)!;
    expect(textOf(fieldsOf(output as Uint8Array)[0]![1])).toBe('y');
    expect(answer.find(([id]) => id === 6)![1]).toHaveLength(8);
    const parameters = answer
      .filter(([id]) => id === 4)
      .map(([, entry]) => textOf(fieldsOf(entry as Uint8Array)[0]![1]));
    expect(parameters).toEqual(expect.arrayContaining(['queue_ms', 'batch_size', 'compute_ms', 'worker']));
  });

  it('takes typed contents as well', async () => {
    const request = message(
      [1, 'app'],
      [5, input('x', 'FP32', dims(1, 2), message([6, floats(1, 2)]))],
      [5, input('n', 'INT64', dims(1, 1), message([3, Buffer.from([7])]))],
    );
    const answer = fieldsOf(await call(daemon, inference('ModelInfer'), request));
    expect(answer.some(([id]) => id === 6)).toBe(true);
  });

  const map = (key: string, value: Buffer): [number, Buffer] => [4, message([1, key], [2, value])];
  const refused: [sentence: string, request: Buffer, code: number, says: RegExp][] = [
    ['an unknown model', message([1, 'nobody']), 5, /unknown model "nobody"/],
    ['an unknown version', message([1, 'app'], [2, '7']), 5, /has no version "7"/],
    ['bytes that are no message', Buffer.from([0xff, 0xff, 0xff]), 3, /not the message expected/],
    [
      'too few raw tensors',
      message(
        [1, 'app'],
        [5, input('x', 'FP32', dims(1, 2))],
        [5, input('n', 'INT64', dims(1, 1))],
        [7, floats(1, 2)],
      ),
      3,
      /raw_input_contents: expected 2 entries/,
    ],
    [
      'raw bytes that do not fit the shape',
      message([1, 'app'], [5, input('x', 'FP32', dims(1, 2))], [7, floats(1)]),
      3,
      /expected 8 bytes/,
    ],
    [
      'raw and typed contents at once',
      message([1, 'app'], [5, input('x', 'FP32', dims(1, 2), message([6, floats(1, 2)]))], [7, floats(1, 2)]),
      3,
      /raw_input_contents or contents, got both/,
    ],
    [
      'contents of another type',
      message([1, 'app'], [5, input('x', 'FP32', dims(1, 2), message([3, Buffer.from([1, 2])]))]),
      3,
      /expected fp32_contents, got int64_contents/,
    ],
    ['a datatype that there is not', message([1, 'app'], [5, input('x', 'FP8', dims(1, 2))]), 3, /datatype/],
    [
      'a missing input',
      message([1, 'app'], [5, input('x', 'FP32', dims(1, 2))], [7, floats(1, 2)]),
      3,
      /input "n": expected INT64/,
    ],
    [
      'a timeout that no answer could meet',
      rawRequest('1', map('timeout', message([2, 100]))),
      8,
      /allows 0.1 ms, and the fastest answer takes 7 ms: allow more/,
    ],
    [
      'a timeout that is no number',
      rawRequest('1', map('timeout', message([3, 'soon']))),
      3,
      /parameters.timeout/,
    ],
  ];
  it.each(refused)('refuses %s', async (_, request, code, says) => {
    const error = await refusal(call(daemon, inference('ModelInfer'), request));
    expect([error.code, error.details]).toEqual([code, expect.stringMatching(says)]);
  });

  it("takes the call's deadline for the request's", async () => {
    const { code } = await refusal(call(daemon, inference('ModelInfer'), rawRequest(), { deadline: 4 }));
    expect([4, 8]).toContain(code);
  });

  it('answers a stream request by request, also those that fail', async () => {
    const client = new Client(daemon.grpcAddress, credentials.createInsecure());
    const stream = client.makeBidiStreamRequest(
      inference('ModelStreamInfer'),
      (bytes: Buffer) => bytes,
      (bytes) => bytes,
      new Metadata(),
      {},
    );
    const answers: Buffer[] = [];
    stream.on('data', (answer: Buffer) => answers.push(answer));
    stream.write(rawRequest('1'));
    stream.write(message([1, 'nobody'], [3, '2']));
    stream.write(rawRequest('3'));
    stream.end();
    await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject));
    client.close();
    const errors = answers.map((answer) => fieldsOf(answer).find(([id]) => id === 1)?.[1]).filter(Boolean);
    expect(answers).toHaveLength(3);
    expect(errors.map(textOf)).toEqual([expect.stringContaining('unknown model')]);
  });

  it('counts what it has done', async () => {
    const [[, stats]] = fieldsOf(await call(daemon, inference('ModelStatistics'), message([1, 'app']))) as [
      [number, Uint8Array],
    ];
    const counted = fieldsOf(stats).find(([id]) => id === 4)![1];
    expect(counted).toBeGreaterThan(2);
    expect(await (await fetch(daemon.metricsUrl)).text()).toMatch(
      /harp_shed_total\{model="app",reason="deadline-too-short"\} [1-9]/,
    );
    const rest = await fetch(`${daemon.url}/v2/models/app/stats`);
    expect(await rest.json()).toMatchObject({
      model_stats: [{ name: 'app', version: '1', inference_count: counted }],
    });
  });
});

describe('a token', () => {
  let daemon: Daemon;
  beforeAll(async () => {
    daemon = await start(TOKEN);
  });
  afterAll(() => daemon.stop());

  it('is wanted over gRPC and REST, but for health', async () => {
    expect((await refusal(call(daemon, inference('ModelInfer'), rawRequest()))).code).toBe(16);
    expect(
      (await refusal(call(daemon, inference('ModelInfer'), rawRequest(), { token: 'wrong' }))).code,
    ).toBe(16);
    expect(await call(daemon, inference('ModelInfer'), rawRequest(), { token: TOKEN })).toBeInstanceOf(
      Buffer,
    );
    for (const [method, request] of [
      [inference('ServerLive'), Buffer.alloc(0)],
      [inference('ServerReady'), Buffer.alloc(0)],
      [inference('ModelReady'), message([1, 'app'])],
      ['/grpc.health.v1.Health/Check', Buffer.alloc(0)],
      ['/grpc.health.v1.Health/Check', message([1, 'app'])],
    ] as const)
      expect(fieldsOf(await call(daemon, method, request))).toEqual([[1, 1]]);
    const unknown = await refusal(call(daemon, inference('ModelReady'), message([1, 'nobody'])));
    expect([unknown.code, unknown.details]).toEqual([5, 'unknown model "nobody"']);
    expect((await refusal(call(daemon, inference('ModelMetadata'), message([1, 'app'])))).code).toBe(16);

    const get = async (path: string, token?: string) =>
      (await fetch(daemon.url + path, token ? { headers: { authorization: `Bearer ${token}` } } : {})).status;
    for (const path of ['/v2/health/live', '/v2/health/ready', '/v2/models/app/ready'])
      expect(await get(path)).toBe(200);
    expect(await get('/v2/models/app')).toBe(401);
    expect(await get('/v2')).toBe(401);
    expect(await get('/nowhere')).toBe(401);
    expect(await get('/v2', 'wrong')).toBe(401);
    expect(await get('/v2', TOKEN)).toBe(200);
    expect((await fetch(daemon.metricsUrl)).status).toBe(401);
  });
});
