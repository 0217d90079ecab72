/** The load generator against a stub server: what it sends, what it counts, how it fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LoadOptions } from '../../src/cli/pose-load.ts';
import { renderLoad } from '../../src/report/load-table.ts';
import { plainStyle } from '../../src/report/style.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { type GrpcInference, grpcStub } from './grpc-stub.ts';
import { load } from './quick-load.ts';
import {
  fine,
  type Inference,
  type StubAnswer,
  type StubOptions,
  type StubServer,
  stubServer,
} from './stub-server.ts';

let server: StubServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const serve = async (answer: (index: number) => StubAnswer, options?: StubOptions): Promise<StubServer> => {
  server = await stubServer(answer, options);
  return server;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harp-load-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @returns the path of a file with this content */
function put(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('sends every request of the schedule, well formed, with the SLO as timeout', async () => {
  const { url, inferences } = await serve(() => fine());
  const result = await load(url);
  expect(result).toMatchObject({ model: 'stub', sent: 30, served: 30, attainment: 1, goodputRps: 100 });
  expect(inferences).toHaveLength(30);
  expect(inferences[0]!.document).toEqual({
    inputs: [{ name: 'x', shape: [2, 3], datatype: 'FP32', parameters: { binary_data_size: 24 } }],
    parameters: { timeout: 10_000_000, binary_data_output: true },
  });
  expect(inferences.every(({ binary }) => binary.length === 24)).toBe(true);
});

test('the same seed sends the same inputs', async () => {
  const { url, inferences } = await serve(() => fine());
  await load(url, { durationS: 0.05 });
  await load(url, { durationS: 0.05 });
  const sent = inferences.map(({ binary }) => binary.toString('hex'));
  // Over connections of their own they may overtake one another.
  expect(sent.slice(5).sort()).toEqual(sent.slice(0, 5).sort());
  expect(new Set(sent).size).toBe(5);
});

test('measures only after the warm-up, in which it sends as well', async () => {
  const { url, inferences } = await serve(() => fine());
  expect((await load(url, { warmupS: 0.1, durationS: 0.1 })).sent).toBe(10);
  expect(inferences).toHaveLength(20);
});

test('without a rate it sends at that of the arrivals', async () => {
  const { url } = await serve(() => fine());
  const result = await load(url, { rateRps: undefined, arrivals: 'steps:200@0.1,0@0.1/uniform' });
  expect(result).toMatchObject({
    arrivals: 'steps:200@0.1,0@0.1/uniform',
    rateRps: 100,
    sent: 40,
    durationS: 0.3,
  });
});

test('replays a trace, scaled to the rate, and ends with it', async () => {
  const file = put('trace.txt', '0\n1\n1\n3\n');
  const { url } = await serve(() => fine());
  const result = await load(url, { arrivals: `trace:${file},unit=s`, durationS: 100 });
  expect(result).toMatchObject({ rateRps: 100, sent: 4, served: 4, durationS: 0.04 });
});

test('behind a network requests arrive later, and are told what is left of their time', async () => {
  const { url, inferences } = await serve(() => fine());
  // 10 bytes a ms for a second, then 1: of 500 bytes 50 ms, then all there is.
  const networkTrace = put('bus.log', '0 0 0 0 10000 1000\n1 1 0 0 1000 1000\n');
  const result = await load(url, {
    networkTrace,
    requestBytes: 500,
    sloMs: 200,
    rateRps: 10,
    durationS: 1.3,
  });
  const timeouts = inferences.map(({ document }) => document.parameters?.timeout);
  expect(timeouts.toSorted((a, b) => Number(b) - Number(a))).toEqual([...Array(10).fill(150_000), 1, 1, 1]);
  expect(result).toMatchObject({ sent: 13, network: { trace: networkTrace, requestBytes: 500 } });
  expect(result.served).toBeLessThanOrEqual(10);
  expect(result.latencyMs!.max).toBeGreaterThanOrEqual(200);
  expect(result.meanNetworkMs).toBeCloseTo((10 * 50 + 3 * 200) / 13, 6);
});

test('the network carries what is sent, where nothing else is said', async () => {
  const { url } = await serve(() => fine());
  const networkTrace = put('fast.log', '0 0 0 0 100000000 1000\n');
  const { network } = await load(url, { networkTrace, durationS: 0.05 });
  expect(network?.requestBytes).toBeGreaterThan(24);
  expect(network?.requestBytes).toBeLessThan(400);
});

describe('inputs from files', () => {
  const three = Buffer.from(Float32Array.of(1, 2, 3).buffer);

  test('requests in JSON are sent as they are, one after the other, and their tensors as the server takes them', async () => {
    const { url, inferences } = await serve(() => fine());
    const request = (value: number) =>
      JSON.stringify({
        id: `no ${value}`,
        inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3], data: [value, 2, 3] }],
        parameters: { priority: 2, timeout: 5 },
      });
    const input = [put('one.json', request(1)), put('more.jsonl', `${request(7)}\n\n${request(8)}\n`)];
    const result = await load(url, { input, durationS: 0.03 });
    expect(result).toMatchObject({ rows: 1, served: 3, input });
    const byValue = inferences.toSorted((a, b) => a.binary.readFloatLE(0) - b.binary.readFloatLE(0));
    expect(byValue[0]!.document).toEqual({
      id: 'no 1',
      inputs: [{ name: 'x', shape: [1, 3], datatype: 'FP32', parameters: { binary_data_size: 12 } }],
      parameters: { timeout: 10_000_000, priority: 2, binary_data_output: true },
    });
    expect(byValue.map(({ binary }) => binary.readFloatLE(0))).toEqual([1, 7, 8]);
  });

  test('raw bytes are as many rows as fit', async () => {
    const { url, inferences } = await serve(() => fine());
    const input = [put('two-rows.bin', Buffer.concat([three, three])), `x=${put('one-row.bin', three)}`];
    const result = await load(url, { input, durationS: 0.02 });
    expect(result).toMatchObject({ rows: 2, served: 2 });
    const [one, two] = inferences.toSorted((a, b) => a.binary.length - b.binary.length);
    expect(one!.document.inputs[0]!.shape).toEqual([1, 3]);
    expect(two!.document.inputs[0]!.shape).toEqual([2, 3]);
    expect(one!.binary.equals(three)).toBe(true);
  });

  test('of a model that takes strings a file is one, whatever is in it', async () => {
    const { url, inferences } = await serve(() => fine(), { shape: [-1, 1], datatype: 'BYTES' });
    await load(url, { input: [put('photo.jpg', 'not really')], durationS: 0.01 });
    expect(inferences[0]!.document.inputs[0]!.shape).toEqual([1, 1]);
    expect(inferences[0]!.binary.toString('latin1')).toBe('\x0a\0\0\0not really');
    await expect(load(url)).rejects.toThrow(/input "x" takes strings, which harp cannot make up/);
  });

  test.each<[string, () => string[], RegExp]>([
    [
      'bytes that are no rows',
      () => [put('odd.bin', 'seven b')],
      /odd\.bin: .*a multiple of 12 bytes.*got 7/,
    ],
    [
      'JSON that is no request',
      () => [put('bad.json', '{"inputs": 5}')],
      /bad\.json: inputs: expected a list/,
    ],
    ['a line that is none', () => [put('bad.jsonl', '\n[]')], /bad\.jsonl: line 2: body: expected an object/],
    ['two kinds', () => [put('a.json', '{}'), put('b.bin', three)], /--input: JSON holds whole requests/],
    ['a file that is not there', () => ['none.bin'], /none\.bin: there is no such file/],
  ])('%s: said as such', async (_, input, message) => {
    const { url } = await serve(() => fine());
    await expect(load(url, { input: input() })).rejects.toThrow(message);
  });
});

describe('a server of the bare protocol, without any of harp’s extras', () => {
  test('is asked for a model by name, and is sent JSON', async () => {
    const { url, inferences } = await serve(() => fine(), { bare: true });
    await expect(load(url)).rejects.toThrow(/--model: which model\?.*this server lists none/);
    const result = await load(url, { model: 'stub', durationS: 0.05 });
    expect(result).toMatchObject({ protocol: 'rest-json', served: 5, failed: 0 });
    expect(result).not.toHaveProperty('meanBatch');
    const [{ document, binary }] = inferences as [Inference];
    expect(document.inputs[0]!.data).toHaveLength(6);
    expect(document.inputs[0]!.data!.every((value) => Number.isFinite(value))).toBe(true);
    expect(document.parameters).toEqual({ timeout: 10_000_000 });
    expect(binary).toHaveLength(0);
  });

  test('over gRPC: raw tensors, the limit as a parameter, refusals by their status', async () => {
    const { RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, INTERNAL } = status;
    const codes = [undefined, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, INTERNAL, undefined];
    const stub = await grpcStub((index) => codes[index]);
    try {
      const result = await load(stub.url, { model: 'stub', durationS: 0.05 });
      expect(result).toMatchObject({ protocol: 'grpc', sent: 5, served: 2, shed: 1, expired: 1, failed: 1 });
      expect(result).toMatchObject({
        failures: { INTERNAL: 1 },
        failureMessages: { INTERNAL: 'as the test says' },
      });
      const [first] = stub.inferences as [GrpcInference];
      expect(first).toMatchObject({
        modelName: 'stub',
        inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 3] }],
        parameters: { timeout: { int64Param: 10_000_000 } },
      });
      expect(first.rawInputContents[0]).toHaveLength(24);
      await expect(load(stub.url, { model: 'other' })).rejects.toThrow(/knows no model "other"/);
      await expect(load(stub.url, { model: 'stub', tensors: 'json' })).rejects.toThrow(
        /gRPC carries no JSON/,
      );
    } finally {
      stub.close();
    }
  });
});

describe('who keeps others out', () => {
  test('lets in who brings the token', async () => {
    const { url } = await serve(() => fine(), { token: 's3cret' });
    await expect(load(url)).rejects.toMatchObject({
      code: 'bad-input',
      details: { hint: 'Say it with --token-file FILE.' },
    });
    const wrong = put('wrong', 'another\n');
    await expect(load(url, { tokenFile: wrong })).rejects.toMatchObject({
      code: 'bad-input',
      what: `the token of ${wrong} is not the server's`,
    });
    const result = await load(url, { tokenFile: put('token', 's3cret\n'), durationS: 0.05 });
    expect(result).toMatchObject({ served: 5 });
  });

  test('is believed over TLS by the certificate said, or by anybody who asks for no more', async () => {
    const { url } = await serve(() => fine(), { tls: { cert: CERTIFICATE, key: KEY } });
    await expect(load(url)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/certificate is not believed/),
    });
    const certified = await load(url, { caFile: put('ca.pem', CERTIFICATE), durationS: 0.05 });
    expect(certified).toMatchObject({ served: 5, url });
    expect(await load(url, { insecureTls: true, durationS: 0.05 })).toMatchObject({ served: 5 });
  });

  test('is told from nobody where one side alone speaks TLS', async () => {
    const plain = await serve(() => fine());
    const secure = await stubServer(() => fine(), { tls: { cert: CERTIFICATE, key: KEY } });
    const refusals: [address: string, spoken: string, hint: string][] = [
      [secure.url.replace('https:', 'http:'), 'plain HTTP', 'Try https://'],
      [secure.url.replace('https:', 'grpc:'), 'plain gRPC', 'Try grpcs://'],
      [plain.url.replace('http:', 'https:'), 'TLS', 'Try http://'],
      [plain.url.replace('http:', 'grpcs:'), 'TLS', 'Try grpc://'],
    ];
    try {
      for (const [address, spoken, hint] of refusals) {
        await expect(load(address)).rejects.toMatchObject({
          code: 'missing-capability',
          what: `something answers there, but not ${spoken}`,
          details: { hint: expect.stringContaining(hint) },
        });
      }
    } finally {
      await secure.close();
    }
  });
});

test('searches the rate that a server carries, over fresh connections each time', async () => {
  // Every second request fails from the 31st of a run on: 30 a run are in time, which is all of 100/s.
  let ofRun = 0;
  const { url } = await serve(() => (ofRun++ < 30 ? fine() : { status: 500 }));
  const steps: string[] = [];
  const result = await load(url, { findRateAt: 0.99, rateRps: 80 }, undefined, (step) => {
    ofRun = 0;
    steps.push(step);
  });
  const { carried } = result;
  expect(carried!.rateRps).toBeGreaterThan(97);
  expect(carried!.rateRps).toBeLessThanOrEqual(102);
  expect(result.rateRps).toBe(carried!.rateRps);
  expect(carried!.tried).toHaveLength(steps.length);
  expect(carried!.tried.filter(({ attainment }) => attainment < 0.99)).not.toHaveLength(0);
});

test('tells refusals, expiries and failures apart', async () => {
  const answers: StubAnswer[] = [
    fine({ batch_size: 2 }),
    { status: 429 },
    { status: 504 },
    { status: 500, body: { error: 'out of memory' } },
    { status: 200, body: { nonsense: true } },
  ];
  const { url } = await serve((index) => answers[index % answers.length]!);
  const result = await load(url);
  expect(result).toMatchObject({
    sent: 30,
    served: 6,
    late: 0,
    shed: 6,
    expired: 6,
    failed: 12,
    meanBatch: 2,
  });
  expect(result.failures).toEqual({ 500: 6, 'an answer that is not of the protocol': 6 });
  expect(result.failureMessages).toMatchObject({ 500: 'out of memory' });
  expect(renderLoad(result, plainStyle)).toContain('failed: 500');
});

test('an interruption ends it with what there is', async () => {
  const interrupt = new AbortController();
  const { url } = await serve((index) => {
    if (index === 9) interrupt.abort();
    return fine();
  });
  const result = await load(url, { durationS: 100 }, interrupt.signal);
  expect(result.served).toBe(result.sent);
  expect(result.sent).toBeGreaterThanOrEqual(9);
  expect(result.durationS).toBeLessThan(100);
});

test.each<[string, Partial<LoadOptions>, string, RegExp]>([
  ['no address', { url: 'localhost:8000' }, 'usage', /expected an address as http:/],
  [
    'nobody there',
    { url: 'http://127.0.0.1:1' },
    'missing-capability',
    /no server answers there \(got nothing that listens there, ECONNREFUSED\)/,
  ],
  ['no rate', { rateRps: undefined }, 'usage', /--rate: missing/],
  ['arrivals of no kind', { arrivals: 'sometimes' }, 'usage', /--arrivals: unknown arrivals/],
  ['another model', { model: 'other' }, 'bad-input', /no model "other" \(expected stub\)/],
])('%s is said as such', async (_, options, code, message) => {
  const { url } = await serve(() => fine());
  await expect(load(url, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
