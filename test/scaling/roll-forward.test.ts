import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollForward } from '../../src/scaling/roll-forward.ts';

/** Batches of up to 4; one takes 10 ms, and 5 ms more for each further request. */
const MACHINE = { batchSize: 4, tailMs: Float64Array.of(0, 10, 15, 20, 25) };
const NEVER = Number.POSITIVE_INFINITY;

interface Coming {
  readonly arrivalMs: number;
  readonly deadlineMs: number;
}

function misses(queue: number[], coming: Coming[], freeMs: number, most = NEVER): number {
  const expected = {
    arrivalsMs: Float64Array.from(coming, ({ arrivalMs }) => arrivalMs),
    deadlinesMs: Float64Array.from(coming, ({ deadlineMs }) => deadlineMs),
  };
  return new RollForward().misses(Float64Array.from(queue), expected, Float64Array.of(freeMs), MACHINE, most);
}

/** The same by lists that are sorted and searched anew each time. */
function missesByHand(queue: number[], coming: Coming[], freeMs: number): number {
  let left = [...queue.map((deadlineMs) => ({ arrivalMs: 0, deadlineMs })), ...coming];
  let nowMs = freeMs;
  let missed = 0;
  while (left.length > 0) {
    const here = left
      .filter(({ arrivalMs }) => arrivalMs <= nowMs)
      .sort((a, b) => a.deadlineMs - b.deadlineMs);
    if (here.length === 0) {
      nowMs = Math.min(...left.map(({ arrivalMs }) => arrivalMs));
      continue;
    }
    const size = [4, 3, 2, 1].find((b) => b <= here.length && nowMs + 5 + 5 * b <= here[0]!.deadlineMs);
    const taken = here.slice(0, size ?? 1);
    if (size === undefined) missed += 1;
    else nowMs += 5 + 5 * size;
    left = left.filter((request) => !taken.includes(request));
  }
  return missed;
}

describe('rolling the dispatcher forward', () => {
  it.each<[string, number[], Coming[], number, number]>([
    ['nothing waits and nothing comes: nothing is missed', [], [], 0, 0],
    ['a batch that just fits misses nobody', [25, 25, 25, 25], [], 0, 0],
    ['what does not fit into the batch comes too late', [25, 25, 25, 25, 30], [], 0, 1],
    ['who cannot be in time alone is missed, and holds nobody up', [5, 100], [], 0, 1],
    ['a worker that is free late misses the early ones', [15, 40], [], 10, 1],
    [
      'who comes while a batch runs waits for its end',
      [25, 25, 25, 25],
      [{ arrivalMs: 5, deadlineMs: 34 }],
      0,
      1,
    ],
    ['an idle worker waits for who comes', [], [{ arrivalMs: 50, deadlineMs: 60 }], 0, 0],
  ])('%s', (_, queue, coming, freeMs, expected) => {
    expect(misses(queue, coming, freeMs)).toBe(expected);
  });

  const queues = fc
    .array(fc.integer({ min: 0, max: 120 }), { maxLength: 20 })
    .map((all) => all.sort((a, b) => a - b));
  const comings = fc
    .record({
      arrivals: fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 20 }),
      budgetMs: fc.integer({ min: 5, max: 80 }),
    })
    .map(({ arrivals, budgetMs }) =>
      arrivals.sort((a, b) => a - b).map((arrivalMs) => ({ arrivalMs, deadlineMs: arrivalMs + budgetMs })),
    );

  it('misses whom a dispatcher by hand misses', () => {
    fc.assert(
      fc.property(queues, comings, fc.integer({ min: 0, max: 60 }), (queue, coming, freeMs) => {
        expect(misses(queue, coming, freeMs)).toBe(missesByHand(queue, coming, freeMs));
      }),
    );
  });

  it('stops once there are too many', () => {
    expect(misses([1, 1, 1, 1, 1, 1], [], 0, 2)).toBe(3);
  });
});
