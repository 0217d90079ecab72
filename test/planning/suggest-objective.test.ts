import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solveOptimal } from '../../src/planning/optimal/plan-optimal.ts';
import { suggestObjective } from '../../src/planning/suggest-objective.ts';
import { type Measured, ONE_GPU, problemOf } from './problems.ts';

const suggested = (points: readonly Measured[]) =>
  suggestObjective(points.map(([batchSize, durationMs]) => ({ batchSize, durationMs })));

test.each([
  {
    points: [
      [2, 100],
      [8, 250],
      [32, 800],
    ],
    rateRps: 20,
    sloMs: 4000,
  },
  { points: [[1, 7.13]], rateRps: 70, sloMs: 36 },
  {
    points: [
      [1, 0.011],
      [128, 0.126],
    ],
    rateRps: 500_000,
    sloMs: 10,
  },
  { points: [[1, 90_000]], rateRps: 0.0055, sloMs: 450_000 },
] as const)('of $points: $rateRps requests/s within $sloMs ms', ({ points, ...objective }) => {
  expect(suggested(points)).toEqual(objective);
});

test('one machine of any profile keeps it', () => {
  const point = fc.tuple(fc.integer({ min: 1, max: 256 }), fc.double({ min: 0.01, max: 1e5, noNaN: true }));
  fc.assert(
    fc.property(
      fc.uniqueArray(point, { selector: ([size]) => size, minLength: 1, maxLength: 6 }),
      (points) => {
        const problem = problemOf({
          ...suggested(points),
          modules: { m: { points } },
          hardware: { 'gpu-a': { ...ONE_GPU['gpu-a']!, count: 1 } },
        });
        expect(solveOptimal(problem, { dummies: true, expired: () => false }).plan.feasible).toBe(true);
      },
    ),
  );
});
