import { expect, test } from 'vitest';
import type { LoadResult } from '../../src/domain/load.ts';
import { renderLoad } from '../../src/report/load-table.ts';
import { plainStyle } from '../../src/report/style.ts';

const result: LoadResult = {
  schemaVersion: 1,
  kind: 'load',
  url: 'http://127.0.0.1:8000',
  protocol: 'rest-binary',
  model: 'resnet18',
  rateRps: 100,
  arrivals: 'poisson',
  rows: 1,
  sloMs: 50,
  seed: 1,
  durationS: 10,
  intendedRps: 100,
  achievedRps: 99.7,
  sent: 1000,
  served: 900,
  late: 50,
  shed: 40,
  expired: 0,
  failed: 10,
  failures: { 500: 8, ECONNRESET: 2 },
  failureMessages: { 500: 'out of memory' },
  attainment: 0.9,
  goodputRps: 90,
  latencyMs: { mean: 30, p50: 28, p90: 45, p95: 51, p99: 58.5, p999: 60.1, max: 61.2 },
  histogram: [
    { upToMs: 39, count: 600 },
    { upToMs: 47, count: 300 },
    { upToMs: 56, count: 0 },
    { upToMs: 68, count: 50 },
  ],
  timeline: [],
  meanBatch: 3.5,
  meanQueueMs: 9.32,
  clientLagMs: { p50: 0.1, p99: 1.2 },
  clientBusyFraction: 0.213,
  clientWasLimit: false,
  warnings: [],
};

test('what became of the requests, their latencies, how those are spread, and what the server told', () => {
  expect(renderLoad(result, plainStyle)).toMatchInlineSnapshot(`
    "resnet18 at http://127.0.0.1:8000: 100 requests/s, poisson, for 10.0 s, SLO 50.0 ms

    requests            1000
    in time              900  90.0 %
    late                  50  5.00 %
    shed                  40  4.00 %
    failed: 500            8  0.80 %
    failed: ECONNRESET     2  0.20 %
    500: out of memory

    latency      p50      p90      p95      p99    p99.9      max     mean
             28.0 ms  45.0 ms  51.0 ms  58.5 ms  60.1 ms  61.2 ms  30.0 ms

      up to
    39.0 ms  600  ████████████████████████████████████████
    47.0 ms  300  ████████████████████
    56.0 ms    0
    68.0 ms   50  ████

    goodput 90.0/s, sent 99.7/s of 100/s due · mean batch 3.50 · mean queueing 9.32 ms · client late by 1.20 ms (p99), busy 21.3 %"
  `);
});

test('steps of latency that lie beyond the SLO are bad', () => {
  const marked = renderLoad(result, { ...plainStyle, bad: (text) => text && `<${text}>` });
  expect(marked.split('\n').filter((line) => line.includes('<█'))).toHaveLength(1);
});

test('a long histogram is told in fewer, wider steps, and nothing is lost', () => {
  const long = Array.from({ length: 41 }, (_, index) => ({ upToMs: index + 1, count: 10 }));
  const lines = renderLoad({ ...result, histogram: long }, plainStyle).split('\n');
  const counts = lines.flatMap((line) => /^ *[\d.]+ ms +(\d+) +█/.exec(line)?.[1] ?? []);
  expect(counts).toEqual([...Array(13).fill('30'), '20']);
});

test('without an answer there are no latencies to tell', () => {
  const { latencyMs: _, ...silent } = {
    ...result,
    served: 0,
    late: 0,
    failed: 1000,
    failures: { ECONNREFUSED: 1000 },
  };
  const text = renderLoad({ ...silent, histogram: [] }, plainStyle);
  expect(text).toContain('failed: ECONNREFUSED  1000  100.0 %');
  expect(text).not.toContain('latency');
});

test('rates that were tried, the lowest first, and the gate', () => {
  const tried = [
    { rateRps: 100, attainment: 0.999, goodputRps: 99.9, p99Ms: 40, clientWasLimit: false },
    { rateRps: 120, attainment: 0.5, goodputRps: 60, p99Ms: 90, clientWasLimit: true },
    { rateRps: 50, attainment: 1, goodputRps: 50, p99Ms: 30, clientWasLimit: false },
  ];
  const carried = { attainment: 0.99, rateRps: 100, tried };
  const gate = { maxViolations: '1%', violations: 100, passed: false };
  expect(renderLoad({ ...result, carried, gate }, plainStyle)).toContain(`
 tried  in time  goodput      p99
50.0/s  100.0 %   50.0/s  30.0 ms
 100/s   99.9 %   99.9/s  40.0 ms
 120/s   50.0 %   60.0/s  90.0 ms  the client was the limit
carried 100/s with 99.0 % in time; above is that run

failed: 100 not answered in time, at most 1% allowed
`);
});

test('of an application of several modules, what each has run', () => {
  const modules = [
    { name: 'detect', tasks: 1000, meanBatch: 3.5, meanComputeMs: 450 },
    { name: 'read', tasks: 1800, meanBatch: 6, meanComputeMs: 0.247 },
  ];
  expect(renderLoad({ ...result, modules }, plainStyle)).toContain(`
module  tasks  mean batch  mean compute
detect   1000        3.50        450 ms
read     1800        6.00      0.247 ms
`);
});

test('of runs that do not repeat, that higher rates held, too', () => {
  const tried = [
    { rateRps: 50, attainment: 1, goodputRps: 50, p99Ms: 30, clientWasLimit: false },
    { rateRps: 60, attainment: 0.5, goodputRps: 30, p99Ms: 90, clientWasLimit: false },
    { rateRps: 80, attainment: 1, goodputRps: 80, p99Ms: 40, clientWasLimit: false },
  ];
  const carried = { attainment: 0.99, rateRps: 50, isNoisy: true, tried };
  expect(renderLoad({ ...result, carried }, plainStyle)).toContain(
    'carried 50.0/s with 99.0 % in time, as all lower rates tried did; some higher ones did, too; above is that run',
  );
});
