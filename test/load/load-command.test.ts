import { afterEach, expect, test } from 'vitest';
import Load from '../../src/commands/load.ts';
import { runCommand } from '../commands/run-command.ts';
import { fine, type StubServer, stubServer } from './stub-server.ts';

let server: StubServer;
afterEach(() => server.close());

const load = (...argv: string[]) =>
  runCommand(Load, [server.url, '--rate', '100', '--slo', '10000', '--warmup', '0', ...argv]);

test('--json is one document with the shape that scripts rely on', async () => {
  server = await stubServer(() => fine({ batch_size: 1, queue_ms: 0, compute_ms: 1 }));
  const { stdout, exitCode } = await load('--duration', '0.1', '--arrivals', 'uniform', '--json');
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ sent: 10, served: 10 });
  expect(Object.keys(document)).toMatchInlineSnapshot(`
    [
      "schemaVersion",
      "kind",
      "url",
      "protocol",
      "model",
      "rateRps",
      "arrivals",
      "rows",
      "sloMs",
      "seed",
      "durationS",
      "intendedRps",
      "achievedRps",
      "sent",
      "served",
      "late",
      "shed",
      "expired",
      "failed",
      "failures",
      "failureMessages",
      "attainment",
      "goodputRps",
      "latencyMs",
      "histogram",
      "timeline",
      "meanBatch",
      "meanQueueMs",
      "meanComputeMs",
      "clientLagMs",
      "clientBusyFraction",
      "clientWasLimit",
      "warnings",
    ]
  `);
  expect(Object.keys(document.latencyMs)).toMatchInlineSnapshot(`
    [
      "mean",
      "p50",
      "p90",
      "p95",
      "p99",
      "p999",
      "max",
    ]
  `);
});

test('SIGINT ends it with the results so far, and exit code 130', async () => {
  server = await stubServer((index) => {
    if (index === 9) process.emit('SIGINT', 'SIGINT');
    return fine();
  });
  const { stdout, exitCode } = await load('--duration', '1000');
  expect(exitCode).toBe(130);
  expect(stdout).toMatch(/in time +\d+ +100\.0 %/);
});

test('a model with a free axis besides the rows needs its length', async () => {
  server = await stubServer(() => fine(), { shape: [-1, -1, 3] });
  const unsaid = await load('--duration', '0.1');
  expect(unsaid).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--dim dim1=128') });
  const said = await load('--duration', '0.1', '--arrivals', 'uniform', '--dim', 'dim1=5');
  expect(said.exitCode).toBe(0);
  expect(server.inferences[0]!.document.inputs[0]!.shape).toEqual([1, 5, 3]);
});

test.each<[string, string, string[], number, object]>([
  ['a gate that holds', '0', [], 0, { gate: { violations: 0, passed: true } }],
  ['one that does not', '9%', [], 3, { gate: { violations: 1, passed: false } }],
  ['one that just does', '10%', [], 0, { gate: { violations: 1, passed: true } }],
  ['a limit that is none', 'few', [], 2, { error: { code: 'usage' } }],
])('--max-violations: %s', async (_, limit, argv, exitCode, document) => {
  const broken = exitCode === 3 || limit === '10%' ? 4 : -1;
  server = await stubServer((index) => (index === broken ? { status: 500 } : fine()));
  const run = await load(
    '--duration',
    '0.1',
    '--arrivals',
    'uniform',
    '--max-violations',
    limit,
    ...argv,
    '--json',
  );
  expect(run.exitCode).toBe(exitCode);
  expect(JSON.parse(run.stdout)).toMatchObject(document);
});
