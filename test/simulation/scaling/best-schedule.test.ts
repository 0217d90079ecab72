import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestSchedule } from '../../../src/simulation/scaling/best-schedule.ts';

/** Batches of up to 2 on up to 2 cores; all times are multiples of the grid. */
const MS: Readonly<Record<string, number>> = { '1,1': 40, '2,1': 60, '1,2': 25, '2,2': 35 };
const DURATIONS = [0, 1, 2].map((cores) =>
  Float64Array.from([0, 1, 2], (size) => MS[`${size},${cores}`] ?? 0),
);
const END_MS = 400;

interface Request {
  readonly arrivalMs: number;
  readonly deadlineMs: number;
}

const solve = (requests: readonly Request[]) =>
  bestSchedule(
    {
      arrivalsMs: Float64Array.from(requests, ({ arrivalMs }) => arrivalMs),
      deadlinesMs: Float64Array.from(requests, ({ deadlineMs }) => deadlineMs),
    },
    DURATIONS,
    END_MS,
  );

/** Tries everything: skip the next request, or serve it alone or with its neighbour on one core or two. */
function tryAll(requests: readonly Request[], freeMs = 0): { misses: number; coreMs: number } {
  const [next, ...rest] = requests;
  if (next === undefined) return { misses: 0, coreMs: Math.max(0, END_MS - freeMs) };
  const skipped = tryAll(rest, freeMs);
  const choices = [{ misses: skipped.misses + 1, coreMs: skipped.coreMs }];
  for (const batch of [[next], requests.slice(0, 2)])
    for (const cores of [1, 2]) {
      const startMs = Math.max(freeMs, ...batch.map(({ arrivalMs }) => arrivalMs));
      const batchMs = MS[`${batch.length},${cores}`]!;
      if (startMs + batchMs > next.deadlineMs) continue;
      const after = tryAll(requests.slice(batch.length), startMs + batchMs);
      choices.push({ misses: after.misses, coreMs: after.coreMs + startMs - freeMs + cores * batchMs });
    }
  return choices.reduce((best, each) =>
    each.misses < best.misses || (each.misses === best.misses && each.coreMs < best.coreMs) ? each : best,
  );
}

describe('the best with the future known', () => {
  it.each<[string, Request[], number, number]>([
    ['a request with time is served on one core', [{ arrivalMs: 100, deadlineMs: 150 }], 0, 400],
    ['one without takes two', [{ arrivalMs: 100, deadlineMs: 130 }], 0, 425],
    ['one that nobody can serve costs nothing', [{ arrivalMs: 100, deadlineMs: 120 }], 1, 400],
    [
      'of two that no two batches serve, both go in one',
      [
        { arrivalMs: 0, deadlineMs: 60 },
        { arrivalMs: 0, deadlineMs: 65 },
      ],
      0,
      400,
    ],
  ])('%s', (_, requests, misses, coreMs) => {
    expect(solve(requests)).toEqual({ misses, coreSeconds: coreMs / 1000 });
  });

  const requests = fc
    .array(fc.record({ at: fc.integer({ min: 0, max: 40 }), budget: fc.integer({ min: 3, max: 24 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((all) =>
      all
        .map(({ at, budget }) => ({ arrivalMs: 5 * at, deadlineMs: 5 * (at + budget) }))
        .sort((a, b) => a.deadlineMs - b.deadlineMs || a.arrivalMs - b.arrivalMs),
    );

  it('is what trying everything finds, on times of the grid', () => {
    fc.assert(
      fc.property(requests, (all) => {
        const { misses, coreMs } = tryAll(all);
        const found = solve(all);
        expect(found.misses).toBe(misses);
        expect(found.coreSeconds).toBeCloseTo(coreMs / 1000, 9);
      }),
    );
  });
});
