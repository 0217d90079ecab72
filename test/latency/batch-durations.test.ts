import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { batchDurations } from '../../src/latency/batch-durations.ts';

const time = (batchSize: number, durationMs: number, tailMs = durationMs) => ({
  hardware: 'gpu-a',
  cores: 1,
  batchSize,
  durationMs,
  tailMs,
});

describe('batchDurations', () => {
  test.each([
    ['profiled sizes are kept', [time(2, 100), time(8, 250)], 8, 8, 250],
    ['sizes between two are interpolated', [time(2, 100), time(8, 250)], 8, 4, 150],
    ['sizes below the smallest take its duration', [time(4, 100), time(8, 250)], 8, 1, 100],
    ['sizes above the largest grow in proportion', [time(4, 100), time(8, 250)], 16, 16, 500],
    ['a larger batch that measured faster counts as the smaller one', [time(1, 50), time(2, 40)], 2, 2, 50],
    ['the order given does not matter', [time(8, 250), time(2, 100)], 8, 5, 175],
  ])('%s', (_, times, maxBatch, batchSize, expected) => {
    expect(batchDurations(times, maxBatch).durationMs[batchSize]).toBeCloseTo(expected, 9);
  });

  test('tails are interpolated on their own', () => {
    const { durationMs, tailMs } = batchDurations([time(1, 10, 12), time(3, 30, 42)], 3);
    expect([durationMs[2], tailMs[2]]).toEqual([20, 27]);
  });

  test('no batch takes less than a smaller one, whatever was measured', () => {
    const point = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 999 }));
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 8 }), (points) => {
        const { durationMs } = batchDurations(
          points.map(([batchSize, ms]) => time(batchSize, ms)),
          50,
        );
        expect(durationMs).toHaveLength(51);
        for (let batchSize = 2; batchSize <= 50; batchSize++) {
          expect(durationMs[batchSize]).toBeGreaterThanOrEqual(durationMs[batchSize - 1]!);
        }
      }),
    );
  });
});
