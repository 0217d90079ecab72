import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tightestMs } from '../../src/cli/possible-slo.ts';

describe('the tightest SLO with a plan', () => {
  test('is found to half a per cent, and has one', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        fc.double({ min: 1, max: 4000, noNaN: true }),
        (fromMs, times) => {
          const limitMs = fromMs * times;
          const found = tightestMs(fromMs, (ms) => ms >= limitMs)!;
          expect(found).toBeGreaterThanOrEqual(limitMs);
          expect(found).toBeLessThanOrEqual(limitMs * 1.0051);
        },
      ),
    );
  });

  test('is not looked for without end', () => {
    let asked = 0;
    const isPlanned = () => asked++ < 0;
    expect(tightestMs(1, isPlanned)).toBeUndefined();
    expect(asked).toBe(12);
  });
});
