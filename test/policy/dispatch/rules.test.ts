import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISPATCH_RULES, type DispatchRuleName } from '../../../src/domain/enforcement.ts';
import type { PolicyEvent } from '../../../src/policy/events.ts';
import { type Arrival, runVirtually } from '../virtual-run.ts';
import { expected, type Kind, machineSet } from './machine-set.ts';

/** Worker 0 takes up to four, worker 1 up to two; requests are due after 60 ms. */
const PAIR: Kind[] = [{ durationsMs: [10, 15, 20, 25] }, { durationsMs: [20, 30] }];
const DUE_MS = 60;

type Batch = [worker: number, timeMs: number, requests: number[]];

const at = (...timesMs: number[]): Arrival[] =>
  timesMs.map((timeMs) => ({ timeMs, deadlineMs: timeMs + DUE_MS }));

const change = (kind: 'up' | 'down', worker: number, timeMs: number) => ({
  timeMs,
  event: { kind, module: 0, worker } as PolicyEvent,
});

function batchesOf(
  dispatch: DispatchRuleName,
  kinds: Kind[],
  arrivals: Arrival[],
  changes: ReturnType<typeof change>[] = [],
): Batch[] {
  const setup = machineSet(kinds, dispatch, DUE_MS);
  return runVirtually(setup, arrivals, expected(setup), changes).batches.map(
    ({ worker, timeMs, requests }): Batch => [worker, timeMs, requests],
  );
}

/** Worker 0 by itself. */
const FOUR = [PAIR[0]!];

describe('which batches leave', () => {
  const cases: [DispatchRuleName, sentence: string, kinds: Kind[], arrivals: Arrival[], batches: Batch[]][] =
    [
      [
        'planned',
        'a lower rank that can fill its batch takes it',
        PAIR,
        at(0, 0, 0),
        [
          [1, 0, [0, 1]],
          [1, 30, [2]],
        ],
      ],
      [
        'rank-priority',
        'the first idle rank collects alone, until one more would not fit',
        PAIR,
        at(0, 0, 0),
        [[0, 35, [0, 1, 2]]],
      ],
      [
        'rank-priority',
        'lower ranks collect while it runs',
        PAIR,
        at(0, 0, 0, 0, 1, 2),
        [
          [0, 0, [0, 1, 2, 3]],
          [1, 2, [4, 5]],
        ],
      ],
      [
        'eager',
        'whoever is idle starts with what is there',
        PAIR,
        at(0, 0, 0, 0),
        [
          [0, 0, [0]],
          [1, 0, [1]],
          [0, 10, [2, 3]],
        ],
      ],
      [
        'timeout',
        'a batch leaves when its first request has waited for the planned window, or when it is full',
        FOUR,
        at(0, 5, 70, 70, 70, 70),
        [
          [0, 35, [0, 1]],
          [0, 70, [2, 3, 4, 5]],
        ],
      ],
      [
        'earliest-start',
        'of idle machines the first rank collects, until its first request has waited for the window',
        PAIR,
        at(0, 0, 0),
        [[0, 35, [0, 1, 2]]],
      ],
      [
        'earliest-start',
        'the machine that is idle comes before the one that soon will be, which collects what is over',
        PAIR,
        at(0, 0, 0, 36, 37, 38),
        [
          [0, 35, [0, 1, 2]],
          [1, 37, [3, 4]],
          [0, 73, [5]],
        ],
      ],
      [
        'round-robin',
        'machines take turns in proportion to their rates, no run of turns for the fast one',
        [
          { durationsMs: [1], rateRps: 50 },
          { durationsMs: [1], rateRps: 20, machines: 2 },
        ],
        at(0, 1, 2, 3, 4, 5, 6, 7, 8),
        [0, 0, 1, 0, 2, 0, 0, 0, 0].map((worker, turn): Batch => [worker, turn, [turn]]),
      ],
      [
        'aimd',
        'after each full batch in time the next may be larger by one, up to the planned size',
        FOUR,
        at(...new Array<number>(14).fill(0)),
        [
          [0, 0, [0]],
          [0, 10, [1, 2]],
          [0, 25, [3, 4, 5]],
          [0, 45, [6, 7, 8, 9]],
        ],
      ],
    ];
  it.each(cases)('%s: %s', (dispatch, _sentence, kinds, arrivals, batches) => {
    expect(batchesOf(dispatch, kinds, arrivals).slice(0, batches.length)).toEqual(batches);
  });

  it('aimd: after a batch that ended late the next is smaller by a tenth', () => {
    const learnt = Array.from({ length: 10 }, () => ({ timeMs: 0, deadlineMs: 1000 }));
    const burst = (timeMs: number, budgetMs: number): Arrival[] =>
      [0, 1, 1, 1, 1].map((laterMs) => ({
        timeMs: timeMs + laterMs,
        deadlineMs: timeMs + budgetMs + laterMs,
      }));
    const batches = batchesOf('aimd', FOUR, [...learnt, ...burst(100, 30), ...burst(200, 60)]);
    expect(batches.slice(4).map(([, timeMs, { length }]) => [timeMs, length])).toEqual([
      [100, 1],
      [110, 4], // until 135, due at 131
      [200, 1],
      [210, 3],
      [230, 1],
    ]);
  });
});

describe('machines that come and go', () => {
  it('earliest-start: what a lost machine collected goes to the next', () => {
    const lost = [change('down', 0, 1)];
    expect(batchesOf('earliest-start', PAIR, at(0, 0, 0), lost)[0]).toEqual([1, 1, [0, 1]]);
  });

  it('round-robin: what waited at a lost machine goes to the others', () => {
    const lost = [change('down', 0, 3)];
    expect(batchesOf('round-robin', PAIR, at(0, 1, 2), lost)).toEqual([
      [1, 3, [0, 1]],
      [1, 33, [2]],
    ]);
  });

  it('round-robin: what came while all were down goes to the first that is back', () => {
    const outage = [change('down', 0, 1), change('down', 1, 1), change('up', 1, 5)];
    expect(batchesOf('round-robin', PAIR, at(2, 2), outage)).toEqual([[1, 5, [0, 1]]]);
  });
});

interface Outage {
  readonly worker: number;
  readonly downMs: number;
  readonly upMs: number;
}

/** Outages of a worker do not overlap. */
const outages = (workers: number): fc.Arbitrary<Outage[]> =>
  fc
    .array(fc.tuple(fc.nat(workers - 1), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 60 })), {
      maxLength: 6,
    })
    .map((list) => {
      const upMs = new Array<number>(workers).fill(0);
      return list.map(([worker, afterMs, forMs]) => {
        const downMs = upMs[worker]! + afterMs;
        upMs[worker] = downMs + forMs;
        return { worker, downMs, upMs: upMs[worker]! };
      });
    });

const kind = fc
  .record({
    fixedMs: fc.integer({ min: 1, max: 40 }),
    eachMs: fc.integer({ min: 1, max: 20 }),
    batchSize: fc.integer({ min: 1, max: 6 }),
    machines: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ fixedMs, eachMs, batchSize, machines }): Kind => {
    const durationsMs = Array.from({ length: batchSize }, (_, index) => fixedMs + eachMs * (index + 1));
    return { durationsMs, machines, rateRps: (1000 * machines * batchSize) / durationsMs.at(-1)! };
  });

const sets = fc.array(kind, { minLength: 1, maxLength: 3 }).chain((kinds) =>
  fc.record({
    kinds: fc.constant(kinds),
    worstCaseMs: fc.integer({ min: 20, max: 400 }),
    gapsMs: fc.array(fc.nat(25), { maxLength: 80 }),
    lost: outages(kinds.reduce((sum, { machines = 1 }) => sum + machines, 0)),
  }),
);

/** They may start what ends late. */
const KNOWS_NO_DURATIONS: readonly DispatchRuleName[] = ['aimd', 'timeout'];

type SetOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

describe.each(DISPATCH_RULES)('%s, whatever machines, arrivals and losses', (dispatch) => {
  const runOf = ({ kinds, worstCaseMs, gapsMs, lost }: SetOf<typeof sets>, budgetMs: number) => {
    let timeMs = 0;
    const arrivals = gapsMs.map((gapMs) => {
      timeMs += gapMs;
      return { timeMs, deadlineMs: timeMs + budgetMs };
    });
    const changes = lost.flatMap(({ worker, downMs, upMs }) => [
      change('down', worker, downMs),
      change('up', worker, upMs),
    ]);
    const setup = machineSet(kinds, dispatch, worstCaseMs);
    return { arrivals, ...runVirtually(setup, arrivals, expected(setup), changes) };
  };

  it('gives work to machines that are up, and answers in time where it knows durations', () => {
    fc.assert(
      fc.property(sets, fc.integer({ min: 10, max: 300 }), (set, budgetMs) => {
        const { arrivals, batches, ends } = runOf(set, budgetMs);
        for (const batch of batches) {
          const isDown = ({ worker, downMs, upMs }: Outage): boolean =>
            worker === batch.worker && downMs < batch.timeMs && batch.timeMs < upMs;
          expect(set.lost.some(isDown)).toBe(false);
        }
        if (KNOWS_NO_DURATIONS.includes(dispatch)) return;
        for (const [request, { kind, timeMs }] of ends) {
          if (kind === 'complete') expect(timeMs).toBeLessThanOrEqual(arrivals[request]!.deadlineMs + 1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('where there is time, nobody is dropped and nobody waits for long', () => {
    fc.assert(
      fc.property(sets, (set) => {
        const ends = [...runOf(set, 1e6).ends.values()];
        expect(ends.filter(({ kind }) => kind === 'shed' || kind === 'expire')).toEqual([]);
        // Past their planned time requests wait for a machine only: 80 of them, on one that takes 60 ms for each.
        expect(Math.max(0, ...ends.map(({ timeMs }) => timeMs))).toBeLessThan(2000 + 400 + 80 * 60 + 6 * 260);
      }),
      { numRuns: 60 },
    );
  });
});
