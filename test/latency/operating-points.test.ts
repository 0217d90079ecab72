import { describe, expect, test } from 'vitest';
import { frontier } from '../../src/latency/frontier.ts';
import { operatingPoints } from '../../src/latency/operating-points.ts';
import { serviceTimes } from '../../src/latency/service-times.ts';

const HARDWARE = {
  gpu: { pricePerHour: 1 },
  counted: { pricePerHour: 1, count: 2 },
  host: { pricePerHour: 0.4, cores: 4 },
};

const point = (hardware: string, cores: number, batchSize: number, durationMs: number) => ({
  hardware,
  cores,
  batchSize,
  durationMs,
});

const named = (points: readonly { hardware: string; cores: number; batchSize: number }[]): string[] =>
  points.map(({ hardware, cores, batchSize }) => `${hardware} c${cores} b${batchSize}`);

describe('operatingPoints', () => {
  test('a point on some of the cores of a machine pays its share', () => {
    expect(operatingPoints([point('host', 1, 2, 100)], HARDWARE)).toEqual([
      {
        hardware: 'host',
        cores: 1,
        batchSize: 2,
        durationMs: 100,
        machineShare: 0.25,
        pricePerHour: 0.1,
        throughputRps: 20,
        costPerThroughput: 0.005,
      },
    ]);
  });

  test('a point that needs more cores than the machine has is left out', () => {
    expect(operatingPoints([point('host', 8, 1, 10)], HARDWARE)).toEqual([]);
  });

  test('the cheapest per request comes first; among equals the faster, then by hardware, cores and batch', () => {
    const points = operatingPoints(
      [
        point('gpu', 1, 16, 400),
        point('gpu', 1, 1, 100),
        point('gpu', 1, 8, 200),
        point('counted', 1, 8, 200),
      ],
      HARDWARE,
    );
    expect(named(points)).toEqual(['counted c1 b8', 'gpu c1 b8', 'gpu c1 b16', 'gpu c1 b1']);
  });
});

describe('frontier', () => {
  test.each([
    ['a larger batch that serves no more', [point('gpu', 1, 4, 100), point('gpu', 1, 8, 220)], ['gpu c1 b4']],
    ['more cores that do not help', [point('host', 1, 1, 50), point('host', 2, 1, 50)], ['host c1 b1']],
    ['one of two that are alike', [point('gpu', 1, 4, 100), point('gpu', 1, 4, 100)], ['gpu c1 b4']],
  ])('drops %s', (_, points, kept) => {
    expect(named(frontier(operatingPoints(points, HARDWARE), HARDWARE))).toEqual(kept);
  });

  test.each([
    ['a larger batch that serves more', [point('gpu', 1, 4, 100), point('gpu', 1, 8, 180)]],
    ['more cores that are faster', [point('host', 1, 1, 50), point('host', 2, 1, 40)]],
    [
      'what is beaten only by machines that may run out',
      [point('counted', 1, 4, 100), point('gpu', 1, 4, 110)],
    ],
  ])('keeps %s', (_, points) => {
    expect(frontier(operatingPoints(points, HARDWARE), HARDWARE)).toHaveLength(2);
  });
});

describe('serviceTimes', () => {
  const latency = { mean: 20, p50: 20, p95: 22, p99: 25, min: 18, max: 30, stddev: 1 };

  test.each([
    ['p99 where that is the largest', { ...latency }, 22, 25],
    ['three standard deviations above the mean where those are', { ...latency, stddev: 3 }, 22, 29],
    ['the duration itself where that is larger than both', { ...latency }, 40, 40],
    ['the duration where nothing else was measured', undefined, 22, 22],
  ])('the tail is %s', (_, latencyMs, durationMs, tailMs) => {
    const [time] = serviceTimes([{ ...point('gpu', 1, 1, durationMs), ...(latencyMs && { latencyMs }) }]);
    expect(time).toMatchObject({ durationMs, tailMs });
  });
});
