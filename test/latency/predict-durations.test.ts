import fc from 'fast-check';
import { expect, test } from 'vitest';
import { predictDurations } from '../../src/latency/predict-durations.ts';

const known = (cores: number, batchSize: number, durationMs: number) => ({
  cores,
  batchSize,
  durationMs,
  spreadMs: durationMs / 100,
});

test('a known point comes out nearly as it was measured, and nearly as sure', () => {
  const points = [known(1, 1, 10), known(1, 4, 36), known(2, 1, 6), known(2, 4, 19)];
  const predict = predictDurations(points);
  for (const point of points) {
    const { durationMs, spreadMs } = predict(point);
    expect(durationMs / point.durationMs).toBeCloseTo(1, 2);
    expect(spreadMs / durationMs).toBeLessThan(0.02);
  }
});

test('between two points it lies between them; beyond them it grows uncertain', () => {
  const predict = predictDurations([known(1, 1, 10), known(1, 16, 100), known(1, 4, 31)]);
  const between = predict({ cores: 1, batchSize: 8 });
  expect(between.durationMs).toBeGreaterThan(31);
  expect(between.durationMs).toBeLessThan(100);
  const beyond = predict({ cores: 1, batchSize: 256 });
  expect(beyond.spreadMs / beyond.durationMs).toBeGreaterThan(2 * (between.spreadMs / between.durationMs));
});

test('one point alone tells little of others, and says so', () => {
  const { spreadMs, durationMs } = predictDurations([known(1, 1, 10)])({ cores: 1, batchSize: 16 });
  expect(spreadMs / durationMs).toBeGreaterThan(1);
});

test('whatever the points, predictions are positive and finite', () => {
  const point = fc.record({
    cores: fc.constantFrom(1, 2, 3, 8),
    batchSize: fc.constantFrom(1, 2, 4, 7, 64),
    durationMs: fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
    share: fc.double({ min: 0, max: 0.5, noNaN: true }),
  });
  const points = fc.uniqueArray(point, {
    minLength: 1,
    maxLength: 12,
    selector: ({ cores, batchSize }) => `${cores}/${batchSize}`,
  });
  fc.assert(
    fc.property(points, (sample) => {
      const predict = predictDurations(
        sample.map(({ share, ...rest }) => ({ ...rest, spreadMs: share * rest.durationMs })),
      );
      for (const batchSize of [1, 3, 128]) {
        const { durationMs, spreadMs } = predict({ cores: 2, batchSize });
        expect(durationMs).toBeGreaterThan(0);
        expect(Number.isFinite(durationMs)).toBe(true);
        expect(spreadMs).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
