/**
 * Requests byte for byte as the common Python client (tritonclient.http) puts them together, and answers taken apart as it does:
 * `_get_inference_request` and `InferResult` of its sources (client/src/python/library/tritonclient/http), written down here by
 * hand. It sends compact JSON, no Content-Type, raw tensors behind the JSON, and asks for binary outputs unless told otherwise.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Daemon, startDaemon } from '../../src/serving/daemon.ts';
import { planOf, tensor } from '../plan-of.ts';
import { emulatedOptions } from './emulated-options.ts';

let daemon: Daemon;

beforeAll(async () => {
  const model = {
    name: 'model',
    inputs: [tensor('x', 2), { name: 'n', datatype: 'INT64' as const, shape: ['batch', 1] }],
    outputs: [tensor('y', 2), { name: 'z', datatype: 'INT64' as const, shape: ['batch', 3] }],
  };
  daemon = await startDaemon(planOf('app', [{ ...model, durationMs: 2, budgetMs: 5000 }]), emulatedOptions());
});
afterAll(() => daemon.stop());

interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Over a plain socket: nothing adds a header. */
async function send(head: readonly string[], body: Buffer): Promise<Answer> {
  const socket = connect(Number(new URL(daemon.url).port), '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(Buffer.concat([Buffer.from([...head, '', ''].join('\r\n')), body]));
  await once(socket, 'close');
  const all = Buffer.concat(chunks);
  const end = all.indexOf('\r\n\r\n');
  const [status, ...headers] = all.subarray(0, end).toString().split('\r\n');
  return {
    status: Number(status!.split(' ')[1]),
    headers: new Map(headers.map((line) => [line.split(': ')[0]!.toLowerCase(), line.split(': ')[1]!])),
    body: all.subarray(end + 4),
  };
}

/** As the client's connection pool sends it: no Content-Type, whatever the body is. */
const post = (body: Buffer, headers: readonly string[] = []): Promise<Answer> =>
  send(
    [
      'POST /v2/models/model/infer HTTP/1.1',
      'Host: localhost:8000',
      'Connection: close',
      `Content-Length: ${body.length}`,
      ...headers,
    ],
    body,
  );

const X = Buffer.from(Float32Array.of(1.5, -2).buffer);
const N = Buffer.from(BigInt64Array.of(2n ** 62n).buffer);
const RAW_INPUTS =
  '[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}},' +
  '{"name":"n","shape":[1,1],"datatype":"INT64","parameters":{"binary_data_size":8}}]';
const RAW_JSON = `{"id":"a1","inputs":${RAW_INPUTS},"parameters":{"binary_data_output":true}}`;
const RAW_BODY = Buffer.concat([Buffer.from(RAW_JSON), X, N]);
const RAW_LENGTH = `Inference-Header-Content-Length: ${RAW_JSON.length}`;

/** Every output as the client reads it: JSON of the length that the header tells, tensors behind it in their order. */
function readResult({ headers, body }: Answer): Record<string, { shape: number[]; data: number[] | Buffer }> {
  const length = headers.get('inference-header-content-length');
  const json = JSON.parse(body.subarray(0, length === undefined ? body.length : Number(length)).toString());
  let at = Number(length ?? 0);
  const results: Record<string, { shape: number[]; data: number[] | Buffer }> = {};
  for (const { name, shape, data, parameters } of json.outputs) {
    const size: number | undefined = parameters?.binary_data_size;
    results[name] = { shape, data: size === undefined ? data : body.subarray(at, at + size) };
    at += size ?? 0;
  }
  return results;
}

describe('tritonclient.http', () => {
  it('client.infer(inputs): raw tensors there and back', async () => {
    const answer = await post(RAW_BODY, [RAW_LENGTH]);
    expect(answer.status, answer.body.toString()).toBe(200);
    expect(Number(answer.headers.get('content-length'))).toBe(answer.body.length);
    expect(readResult(answer)).toEqual({
      y: { shape: [1, 2], data: Buffer.alloc(8) },
      z: { shape: [1, 3], data: Buffer.alloc(24) },
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('request_compression_algorithm="%s": the header tells the length before packing', async (name, pack) => {
    const answer = await post(pack(RAW_BODY), [`Content-Encoding: ${name}`, RAW_LENGTH]);
    expect(answer.status, answer.body.toString()).toBe(200);
    expect(readResult(answer).y!.shape).toEqual([1, 2]);
  });

  it('response_compression_algorithm="gzip": may be answered unpacked, then without Content-Encoding', async () => {
    const answer = await post(RAW_BODY, ['Accept-Encoding: gzip', RAW_LENGTH]);
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, undefined]);
    expect(readResult(answer).z!.data).toHaveLength(24);
  });

  it('InferRequestedOutput(binary_data=True and False): in the order asked, each as asked', async () => {
    const json = `{"inputs":${RAW_INPUTS},"outputs":[{"name":"z","parameters":{"binary_data":true}},{"name":"y","parameters":{"binary_data":false}}]}`;
    const answer = await post(Buffer.concat([Buffer.from(json), X, N]), [
      `Inference-Header-Content-Length: ${json.length}`,
    ]);
    expect(answer.status, answer.body.toString()).toBe(200);
    expect(Object.entries(readResult(answer))).toEqual([
      ['z', { shape: [1, 3], data: Buffer.alloc(24) }],
      ['y', { shape: [1, 2], data: [0, 0] }],
    ]);
  });

  it('set_data_from_numpy(binary_data=False): numbers in the JSON, flat, and no length header', async () => {
    const json =
      '{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1.5,-2.0]},{"name":"n","shape":[1,1],"datatype":"INT64","data":[3]}],' +
      '"outputs":[{"name":"y","parameters":{"binary_data":false}}]}';
    const answer = await post(Buffer.from(json));
    expect(answer.status, answer.body.toString()).toBe(200);
    expect(answer.headers.has('inference-header-content-length')).toBe(false);
    expect(readResult(answer)).toEqual({ y: { shape: [1, 2], data: [0, 0] } });
  });

  it('priority, timeout and sequence parameters beside binary_data_output', async () => {
    const json = `{"inputs":${RAW_INPUTS},"parameters":{"sequence_id":7,"sequence_start":true,"sequence_end":false,"priority":1,"timeout":3000000,"binary_data_output":true}}`;
    const answer = await post(Buffer.concat([Buffer.from(json), X, N]), [
      `Inference-Header-Content-Length: ${json.length}`,
    ]);
    expect(answer.status, answer.body.toString()).toBe(200);
  });

  it('an error is JSON with "error", whatever was asked for', async () => {
    const answer = await post(RAW_BODY.subarray(0, -4), [RAW_LENGTH]);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body.toString()).error).toMatch(/input "n"/);
  });

  it.each([
    'v2/health/live',
    'v2/health/ready',
    'v2/models/model/ready',
    'v2/models/model/versions/1/ready',
    'v2',
    'v2/models/model',
    'v2/models/model/stats',
  ])('GET /%s', async (path) => {
    const { status } = await send(
      [`GET /${path} HTTP/1.1`, 'Host: localhost:8000', 'Connection: close'],
      Buffer.alloc(0),
    );
    expect(status).toBe(200);
  });
});
