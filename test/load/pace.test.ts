import { expect, test } from 'vitest';
import { paceArrivals } from '../../src/load/pace.ts';

/** A pace over arrivals at these times, and nothing after 1000 ms. */
const pace = (...times: number[]) => {
  const rest = times.values();
  return paceArrivals(() => rest.next().value ?? Number.POSITIVE_INFINITY, 1000);
};

test.each<[string, number, number, { intendedMs: number; waitMs: number } | undefined]>([
  ['waits for an arrival to come', 250, 100, { intendedMs: 250, waitMs: 150 }],
  ['sends at once what is due', 250, 250, { intendedMs: 250, waitMs: 0 }],
  ['sends at once what is overdue, and remembers when it was due', 250, 400, { intendedMs: 250, waitMs: 0 }],
  ['sends what was due before the end, even after it', 999, 5000, { intendedMs: 999, waitMs: 0 }],
  ['ends at the end', 1000, 0, undefined],
])('%s', (_, arrivalMs, elapsedMs, step) => {
  expect(pace(arrivalMs)(elapsedMs)).toEqual(step);
});

test('takes one arrival per call', () => {
  const next = pace(0, 10, 20);
  expect([next(0), next(0), next(0), next(0)].map((step) => step?.intendedMs)).toEqual([
    0,
    10,
    20,
    undefined,
  ]);
});
