import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logTicks, roundTicks, roundUp, scale } from '../../../../src/report/html/chart/scale.ts';

describe('ticks', () => {
  test.each([
    [0, 400, 4, [0, 100, 200, 300, 400]],
    [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
    [7, 13, 3, [8, 10, 12]],
    [5, 5, 4, [5]],
  ])('from %d to %d, about %d', (from, to, wanted, expected) => {
    expect(roundTicks(from, to, wanted)).toEqual(expected);
  });

  test('of logarithmic axes: more multiples the fewer decades', () => {
    expect(logTicks(100, 900)).toEqual([100, 150, 200, 300, 400, 600, 800]);
    expect(logTicks(1, 100)).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(logTicks(0.001, 10_000)).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000, 10_000]);
  });

  test('are few, inside, and round', () => {
    const range = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(range, fc.integer({ min: 2, max: 8 }), ([from, span], wanted) => {
        const ticks = roundTicks(from, from + span, wanted);
        expect(ticks.length).toBeLessThanOrEqual(wanted + 1);
        for (const tick of ticks) {
          expect(tick).toBeGreaterThanOrEqual(from - span * 1e-6 - Math.abs(from) * 1e-9);
          expect(tick).toBeLessThanOrEqual(from + span * (1 + 1e-6) + Math.abs(from) * 1e-9);
        }
      }),
    );
  });
});

test('an axis ends at or above what it shows, and not far above', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
      const end = roundUp(value, 4);
      expect(end).toBeGreaterThanOrEqual(value * (1 - 1e-8));
      expect(end).toBeLessThanOrEqual(value * 2);
    }),
  );
});

test('a scale takes its ends to the ends of its place, whichever way that runs', () => {
  const down = scale([0, 50], [200, 20], false, [0, 25, 60]);
  expect([down.at(0), down.at(25), down.at(50), down.ticks]).toEqual([200, 110, 20, [0, 25]]);
  const log = scale([1, 100], [0, 10], true, []);
  expect([log.at(1), log.at(10), log.at(100), log.at(0)]).toEqual([0, 5, 10, 0]);
});
