/** The load generator against a stub server: what it sends, what it counts, how it fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type LoadOptions, runLoad } from '../../src/cli/run-load.ts';
import { renderLoad } from '../../src/report/load-table.ts';
import { plainStyle } from '../../src/report/style.ts';
import { fine, type StubAnswer, type StubServer, stubServer } from './stub-server.ts';

let server: StubServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const serve = async (answer: (index: number) => StubAnswer): Promise<StubServer> => {
  server = await stubServer(answer);
  return server;
};

const load = (url: string, options: Partial<LoadOptions> = {}, signal = new AbortController().signal) =>
  runLoad(
    {
      url,
      model: undefined,
      planFile: undefined,
      rateRps: 100,
      arrivals: 'uniform',
      durationS: 0.3,
      warmupS: 0,
      sloMs: 10_000,
      seed: 1,
      rows: 2,
      dims: {},
      ...options,
    },
    { signal, progress: { update: () => {}, step: () => {}, warn: () => {}, stop: () => {} } },
  );

test('sends every request of the schedule, well formed, with the SLO as timeout', async () => {
  const { url, inferences } = await serve(() => fine());
  const result = await load(url);
  expect(result).toMatchObject({ model: 'stub', sent: 30, ok: 30, attainment: 1, goodputRps: 100 });
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
  expect(sent.slice(5)).toEqual(sent.slice(0, 5));
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
  const folder = mkdtempSync(join(tmpdir(), 'harp-load-'));
  try {
    const file = join(folder, 'trace.txt');
    writeFileSync(file, '0\n1\n1\n3\n');
    const { url } = await serve(() => fine());
    const result = await load(url, { arrivals: `trace:${file},unit=s`, durationS: 100 });
    expect(result).toMatchObject({ rateRps: 100, sent: 4, ok: 4, durationS: 0.04 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('tells refusals, expiries and failures apart', async () => {
  const answers: StubAnswer[] = [
    fine({ batch_size: 2 }),
    { status: 429 },
    { status: 504 },
    { status: 500 },
    { status: 200, body: { nonsense: true } },
  ];
  const { url } = await serve((index) => answers[index % answers.length]!);
  const result = await load(url);
  expect(result).toMatchObject({ sent: 30, ok: 6, late: 0, shed: 6, expired: 6, failed: 12, meanBatch: 2 });
  expect(result.failures).toEqual({ 500: 6, 'an answer that is not of the protocol': 6 });
  expect(renderLoad(result, plainStyle)).toContain('failed: 500');
});

test('an interruption ends it with what there is', async () => {
  const interrupt = new AbortController();
  const { url } = await serve((index) => {
    if (index === 9) interrupt.abort();
    return fine();
  });
  const result = await load(url, { durationS: 100 }, interrupt.signal);
  expect(result.ok).toBe(result.sent);
  expect(result.sent).toBeGreaterThanOrEqual(9);
  expect(result.durationS).toBeLessThan(100);
});

test.each<[string, Partial<LoadOptions>, string, RegExp]>([
  ['no address', { url: 'localhost:8000' }, 'usage', /expected an address as http:/],
  [
    'nobody there',
    { url: 'http://127.0.0.1:1' },
    'missing-capability',
    /no server answers there \(got ECONNREFUSED\)/,
  ],
  ['no rate', { rateRps: undefined }, 'usage', /--rate: missing/],
  ['arrivals of no kind', { arrivals: 'sometimes' }, 'usage', /--arrivals: unknown arrivals/],
  ['another model', { model: 'other' }, 'bad-input', /no model "other" \(expected stub, got status 404\)/],
])('%s is said as such', async (_, options, code, message) => {
  const { url } = await serve(() => fine());
  await expect(load(url, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});
