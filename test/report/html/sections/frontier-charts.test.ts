import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unbeaten } from '../../../../src/report/html/sections/frontier-charts.ts';

const rated = fc
  .record({ durationMs: fc.integer({ min: 1, max: 20 }), value: fc.integer({ min: 1, max: 20 }) })
  .map((point) => ({ ...point, hardware: 'local', cores: 1, batchSize: 1 }));

test('a point is on the frontier exactly if no other is as good in both and better in one', () => {
  fc.assert(
    fc.property(fc.array(rated, { minLength: 1, maxLength: 20 }), (points) => {
      const kept = unbeaten(points, (a, b) => a > b);
      const key = ({ durationMs, value }: (typeof points)[number]): string => `${durationMs} ${value}`;
      const expected = points.filter((point) =>
        points.every(
          (other) =>
            other.durationMs > point.durationMs ||
            other.value < point.value ||
            (other.durationMs === point.durationMs && other.value === point.value),
        ),
      );
      expect(new Set(kept.map(key))).toEqual(new Set(expected.map(key)));
    }),
  );
});
