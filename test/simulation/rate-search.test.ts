import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRate, type RateBounds } from '../../src/simulation/rate-search.ts';

const BOUNDS: RateBounds = { startRps: 100, leastRps: 1, mostRps: 1000, precision: 0.01 };

/** In time up to a rate, half of them above. */
const upTo =
  (limitRps: number) =>
  (rateRps: number): number =>
    rateRps <= limitRps ? 1 : 0.5;

describe('the highest rate that keeps an attainment', () => {
  it('is found to the precision asked for, wherever it lies', () => {
    const limits = fc.double({ min: 1, max: 999, noNaN: true });
    fc.assert(
      fc.property(limits, (limitRps) => {
        let replays = 0;
        const attainmentAt = (rateRps: number): number => {
          replays += 1;
          return upTo(limitRps)(rateRps);
        };
        const foundRps = findRate(attainmentAt, 0.99, BOUNDS)!;
        expect(foundRps).toBeLessThanOrEqual(limitRps);
        expect(foundRps * 1.01).toBeGreaterThanOrEqual(limitRps);
        expect(replays).toBeLessThan(25);
      }),
    );
  });

  const limits: [sentence: string, limitRps: number, expected: number | undefined][] = [
    ['none where the least rate fails', 0.5, undefined],
    ['the highest of all where it holds', 5000, 1000],
    ['the least where only that holds', 1, 1],
  ];
  it.each(limits)('%s', (_sentence, limitRps, expected) => {
    expect(findRate(upTo(limitRps), 0.99, BOUNDS)).toBe(expected);
  });

  it('a dip is stepped over, if it is narrow', () => {
    const dips = (rateRps: number): number => (rateRps > 100.5 && rateRps < 103 ? 0.9 : upTo(200)(rateRps));
    expect(findRate(dips, 0.99, { ...BOUNDS, startRps: 98 })).toBeGreaterThan(197);
  });

  it('whatever the attainment is like, the rate found holds, and one just above it was seen to fail', () => {
    const waves = fc.record({
      limitRps: fc.double({ min: 2, max: 900, noNaN: true }),
      wavelength: fc.double({ min: 0.5, max: 50, noNaN: true }),
      height: fc.double({ min: 0, max: 0.2, noNaN: true }),
    });
    fc.assert(
      fc.property(waves, ({ limitRps, wavelength, height }) => {
        const failed: number[] = [];
        const attainmentAt = (rateRps: number): number => {
          const attainment =
            limitRps / Math.max(limitRps, rateRps) - height * (1 + Math.sin(rateRps / wavelength));
          if (attainment < 0.9) failed.push(rateRps);
          return attainment;
        };
        const foundRps = findRate(attainmentAt, 0.9, BOUNDS);
        if (foundRps === undefined) {
          expect(failed).toContain(BOUNDS.leastRps);
          return;
        }
        expect(attainmentAt(foundRps)).toBeGreaterThanOrEqual(0.9);
        const justAbove = failed.some(
          (failedRps) => failedRps > foundRps && failedRps <= foundRps * 1.01 + 1e-9,
        );
        expect(justAbove || foundRps === BOUNDS.mostRps).toBe(true);
      }),
    );
  });
});
