import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { tooTight } from '../../src/planning/why-infeasible.ts';
import { M3, problemOf } from './problems.ts';

const within = (sloMs: number) => problemOf({ rateRps: 198, sloMs, modules: { m3: { points: M3 } } });

test.each([
  ['far below', 30, 'm3 needs more than 100 ms; the SLO is 30 ms'],
  ['the duration itself', 100, 'm3 needs more than 100 ms; the SLO is 100 ms'],
  [
    'a trifle above: padding without measure',
    100.00005,
    'm3 needs more than 100.0001 ms; the SLO is 100.00005 ms',
  ],
  ['a trifle below', 99.9999, 'm3 needs more than 100 ms; the SLO is 99.9999 ms'],
])('an SLO %s is refused in figures that differ', (_what, sloMs, message) => {
  expect(planOptimal(within(sloMs))).toMatchObject({
    feasible: false,
    reason: { code: 'slo-too-tight', message },
  });
});

test('what differs reads as different, and what is needed is above what there is', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 1e4, noNaN: true }),
      fc.double({ min: -2e-6, max: 0.99e-6 }),
      (durationMs, room) => {
        const sloMs = durationMs * (1 + room);
        const { message, neededMs, availableMs } = tooTight(within(sloMs), [0], durationMs);
        const [needed, available] = [...message.matchAll(/([\d.]+) ms/g)].map(([, text]) => Number(text));
        expect(neededMs!).toBeGreaterThanOrEqual(availableMs!);
        if (neededMs !== availableMs) expect(needed!).toBeGreaterThan(available!);
      },
    ),
  );
});
