import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paceArrivals } from '../../src/load/pace.ts';

/** A pace over arrivals at these times, and nothing after 1000 ms. */
const pace = (...times: number[]) => {
  const rest = times.values();
  return paceArrivals(() => rest.next().value ?? Number.POSITIVE_INFINITY, 1000);
};

test.each<[string, number, number, { intendedMs: number; dueMs: number; waitMs: number } | undefined]>([
  ['waits for an arrival to come', 250, 100, { intendedMs: 250, dueMs: 250, waitMs: 150 }],
  ['sends at once what is due', 250, 250, { intendedMs: 250, dueMs: 250, waitMs: 0 }],
  [
    'sends at once what is overdue, and remembers when it was due',
    250,
    400,
    { intendedMs: 250, dueMs: 250, waitMs: 0 },
  ],
  ['sends what was due before the end, even after it', 999, 5000, { intendedMs: 999, dueMs: 999, waitMs: 0 }],
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

describe('behind a network', () => {
  /** What leaves when, of requests sent at these times over a link that takes so long at each. */
  const leaving = (sent: readonly [intendedMs: number, networkMs: number][]) => {
    const times = sent.map(([intendedMs]) => intendedMs).values();
    const next = paceArrivals(
      () => times.next().value ?? Number.POSITIVE_INFINITY,
      1000,
      (intendedMs) => sent.find(([at]) => at === intendedMs)![1],
    );
    const steps: [intendedMs: number, dueMs: number][] = [];
    for (let step = next(0); step; step = next(0)) steps.push([step.intendedMs, step.dueMs]);
    return steps;
  };

  test.each<[string, [number, number][], [number, number][]]>([
    [
      'each leaves when it would have arrived',
      [
        [0, 30],
        [100, 5],
      ],
      [
        [0, 30],
        [100, 105],
      ],
    ],
    [
      'who is sent later may arrive earlier',
      [
        [0, 500],
        [10, 5],
        [20, 480],
      ],
      [
        [10, 15],
        [0, 500],
        [20, 500],
      ],
    ],
    ['what is sent before the end leaves after it', [[999, 50]], [[999, 1049]]],
  ])('%s', (_, sent, left) => {
    expect(leaving(sent)).toEqual(left);
  });

  test('every request leaves once, in the order of the times at which it would have arrived', () => {
    const request = fc.tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 400 }));
    fc.assert(
      fc.property(fc.uniqueArray(request, { selector: ([at]) => at }), (requests) => {
        const sent = requests.toSorted(([a], [b]) => a - b);
        const expected = sent.map(([at, takes]): [number, number] => [at, at + takes]);
        expect(leaving(sent)).toEqual(expected.toSorted(([, a], [, b]) => a - b));
      }),
    );
  });
});
