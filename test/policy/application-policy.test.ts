import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { step } from '../../src/policy/application-policy.ts';
import { configurePolicy, type PolicySetup } from '../../src/policy/configure-policy.ts';
import { createPolicy } from '../../src/policy/policy-state.ts';
import { type PlannedModule, planOf } from '../plan-of.ts';
import { type Arrival, runVirtually, type VirtualRun } from './virtual-run.ts';

type ModuleShape = Pick<
  PlannedModule,
  'name' | 'after' | 'machines' | 'batchSize' | 'durationMs' | 'perRequest' | 'rows'
>;

/** d(b) is linear from 40 % of the duration at b = 1. */
function setupOf(modules: readonly ModuleShape[], { budgetMs = 100, queueLimit = 50 } = {}): PolicySetup {
  const complete = modules.map((module) => {
    const { durationMs = 20 } = module;
    return { ...module, durationMs, singleMs: durationMs * 0.4, budgetMs };
  });
  return configurePolicy(planOf('app', complete), { queueLimit, timerLeadMs: 0, aheadMs: 0 });
}

const planned =
  ({ config, workers }: PolicySetup) =>
  (worker: number, size: number): number => {
    const { module, type } = workers[worker]!;
    return config.modules[module]!.machineTypes[type]!.tailMs[size]!;
  };

const evenly = (count: number, gapMs: number, budgetMs: number): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({
    timeMs: index * gapMs,
    deadlineMs: index * gapMs + budgetMs,
  }));

describe('application policy', () => {
  it('serves what the plan was made for: every request in time, in batches of the planned size', () => {
    const setup = setupOf([{ name: 'a' }]);
    const run = runVirtually(setup, evenly(200, 10, 100), planned(setup));
    expect([...run.ends.values()].every(({ kind }) => kind === 'complete')).toBe(true);
    expect(run.batches.slice(0, -1).every(({ requests }) => requests.length === 4)).toBe(true);
  });

  it('answers by the planned worst case where it can, long before a loose deadline', () => {
    const setup = setupOf([{ name: 'a' }], { budgetMs: 5000 });
    const run = runVirtually(setup, [{ timeMs: 0, deadlineMs: 5000 }], planned(setup));
    expect(run.ends.get(0)).toEqual({
      kind: 'complete',
      timeMs: expect.toSatisfy((ms: number) => ms <= 20 + 40),
    });
  });

  it('starts nothing that ends late, and ends every request exactly once, whatever comes', () => {
    const shapes = fc.constantFrom<ModuleShape[]>(
      [{ name: 'a', machines: 2 }],
      [{ name: 'a' }, { name: 'b', after: ['a'], batchSize: 2 }],
      [
        { name: 'a' },
        { name: 'b', after: ['a'] },
        { name: 'c', after: ['a'] },
        { name: 'd', after: ['b', 'c'], machines: 2 },
      ],
    );
    const arrivals = fc.array(
      fc.record({ gapMs: fc.nat(30), budgetMs: fc.integer({ min: 1, max: 400 }), single: fc.boolean() }),
      {
        maxLength: 120,
      },
    );
    fc.assert(
      fc.property(shapes, arrivals, (modules, gaps) => {
        const setup = setupOf(modules);
        let timeMs = 0;
        const list = gaps.map(({ gapMs, budgetMs, single }) => {
          timeMs += gapMs;
          return { timeMs, deadlineMs: timeMs + budgetMs, route: single ? modules.length : 0 };
        });
        const run = runVirtually(setup, list, planned(setup));
        for (const [request, { kind, timeMs: endMs }] of run.ends) {
          if (kind === 'complete') expect(endMs).toBeLessThanOrEqual(list[request]!.deadlineMs + 1e-6);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('decides the same for the same events', () => {
    const setup = setupOf([{ name: 'a' }, { name: 'b', after: ['a'] }]);
    const arrivals = evenly(100, 7, 120);
    expect(runVirtually(setup, arrivals, planned(setup)).decisions).toEqual(
      runVirtually(setup, arrivals, planned(setup)).decisions,
    );
  });

  it('a join waits for all of its parents', () => {
    const setup = setupOf([
      { name: 'a', batchSize: 1 },
      { name: 'slow', after: ['a'], batchSize: 1, durationMs: 100 },
      { name: 'fast', after: ['a'], batchSize: 1, durationMs: 5 },
      { name: 'join', after: ['slow', 'fast'], batchSize: 1, durationMs: 10 },
    ]);
    const run = runVirtually(setup, [{ timeMs: 0, deadlineMs: 400 }], planned(setup));
    expect(run.ends.get(0)).toEqual({ kind: 'complete', timeMs: 20 + 100 + 10 });
  });
});

describe('refusals', () => {
  it('a deadline shorter than the fastest answer is refused on arrival', () => {
    const setup = setupOf([{ name: 'a' }, { name: 'b', after: ['a'] }]);
    const run = runVirtually(setup, [{ timeMs: 0, deadlineMs: 15 }], planned(setup));
    expect(run.decisions.find(({ kind }) => kind === 'shed')).toEqual({
      kind: 'shed',
      request: 0,
      reason: 'deadline-too-short',
    });
  });

  it('what cannot be done in time behind the queue is refused on arrival, the rest is served', () => {
    const setup = setupOf([{ name: 'a' }]);
    const burst = Array.from({ length: 40 }, () => ({ timeMs: 0, deadlineMs: 100 }));
    const run = runVirtually(setup, burst, planned(setup));
    const count = (kind: string): number => [...run.ends.values()].filter((end) => end.kind === kind).length;
    expect(count('complete')).toBe(20); // five batches of four in 100 ms
    expect(count('shed') + count('expire')).toBe(20);
    expect(run.decisions.some((decision) => decision.kind === 'shed' && decision.reason === 'overload')).toBe(
      true,
    );
  });

  it('an idle server takes what it can do in time with any batch size', () => {
    const setup = setupOf([{ name: 'a', durationMs: 80 }]);
    const run = runVirtually(setup, evenly(4, 0, 81), planned(setup));
    expect([...run.ends.values()].map(({ kind }) => kind)).toEqual(new Array(4).fill('complete'));
  });

  it('requests of use together only come in together or not at all', () => {
    const { config } = setupOf([{ name: 'a' }]);
    const state = createPolicy(config);
    const arrive = (requests: number[]): string[] =>
      step(state, { kind: 'arrival', requests, route: 0, deadlineMs: 40 }, 0).map(({ kind }) => kind);
    expect(arrive([0, 1, 2, 3, 4, 5])).not.toContain('shed'); // two batches of four in 40 ms
    expect(arrive([6, 7, 8])).toEqual(['shed', 'shed', 'shed', 'wait']);
    expect(arrive([9, 10])).not.toContain('shed');
  });

  it('a request that missed its planned time runs as soon as a machine is idle', () => {
    const setup = setupOf([{ name: 'a', batchSize: 1, durationMs: 100 }], { budgetMs: 150 });
    const loose = [0, 1].map((timeMs) => ({ timeMs, deadlineMs: 5000 }));
    const run = runVirtually(setup, loose, planned(setup));
    expect([...run.ends.values()].map(({ timeMs }) => timeMs)).toEqual([100, 200]);
  });

  it('a queue at its limit refuses', () => {
    const setup = setupOf([{ name: 'a' }], { queueLimit: 2 });
    const run = runVirtually(
      setup,
      Array.from({ length: 12 }, () => ({ timeMs: 1, deadlineMs: 900 })),
      planned(setup),
    );
    expect(
      run.decisions.some((decision) => decision.kind === 'shed' && decision.reason === 'queue-full'),
    ).toBe(true);
  });

  const SLOW_SECOND = [
    { name: 'a', batchSize: 1, durationMs: 1 },
    { name: 'b', after: ['a'], batchSize: 1, durationMs: 100 },
  ] as const satisfies ModuleShape[];
  const shedOf = ({ decisions }: VirtualRun): string[] =>
    decisions.flatMap((decision) =>
      decision.kind === 'shed' ? [`${decision.request} ${decision.reason}`] : [],
    );

  it('so does one at a module further on', () => {
    const setup = setupOf(SLOW_SECOND, { queueLimit: 2 });
    const run = runVirtually(
      setup,
      [0, 10, 20, 30, 110].map((timeMs) => ({ timeMs, deadlineMs: 9000 })),
      planned(setup),
    );
    expect(shedOf(run)).toEqual(['3 queue-full']);
  });

  it('who comes to a module where no room is left by then is given up, the others are served', () => {
    const beside = { name: 'c', after: ['a'], batchSize: 1, durationMs: 1 };
    const setup = setupOf([...SLOW_SECOND, beside], { queueLimit: 2 });
    const run = runVirtually(
      setup,
      [0, 0, 10, 10.5].map((timeMs) => ({ timeMs, deadlineMs: 9000 })),
      planned(setup),
    );
    expect(shedOf(run)).toEqual(['3 queue-full']);
    expect(run.ends.get(3)!.timeMs).toBe(12);
    expect(run.batches.filter(({ requests }) => requests.includes(3))).toHaveLength(1);
    expect([...run.ends.values()].filter(({ kind }) => kind === 'complete')).toHaveLength(3);
  });

  it('rows that come of a request count: more than may wait are given up, with all of the request', () => {
    const setup = setupOf(
      [
        { name: 'a', batchSize: 1, durationMs: 1 },
        { name: 'b', after: ['a'], perRequest: 3 },
        { name: 'c', after: ['a'] },
        { name: 'd', after: ['b', 'c'] },
      ],
      { queueLimit: 5 },
    );
    const arrivals = [0, 100, 200].map((timeMs) => ({ timeMs, deadlineMs: 9000 }));
    const run = runVirtually(
      setup,
      arrivals,
      planned(setup),
      [],
      undefined,
      (request) => [5, 6, 0][request]!,
    );
    expect(shedOf(run)).toEqual(['1 queue-full']);
    expect(run.batches.filter(({ requests }) => requests.includes(1))).toHaveLength(1);
  });

  it('no module ever has more than its limit waiting, whatever the pipeline and what comes of a row', () => {
    const split = { perRequest: 2, rows: 'split' } as const;
    const shapes = fc.constantFrom<ModuleShape[]>(
      [{ name: 'a' }, { name: 'b', after: ['a'], batchSize: 2 }, { name: 'c', after: ['b'] }],
      [{ name: 'a' }, { name: 'b', after: ['a'], ...split }, { name: 'c', after: ['b'], ...split }],
      [
        { name: 'a', machines: 2 },
        { name: 'b', after: ['a'], perRequest: 2 },
        { name: 'c', after: ['a'], durationMs: 60 },
        { name: 'd', after: ['b', 'c'] },
      ],
    );
    const arrivals = fc.array(fc.record({ gapMs: fc.nat(8), limitMs: fc.integer({ min: 20, max: 900 }) }), {
      maxLength: 80,
    });
    const rows = fc.array(fc.nat(6), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(
        shapes,
        arrivals,
        rows,
        fc.integer({ min: 1, max: 15 }),
        (modules, gaps, counts, queueLimit) => {
          const setup = setupOf(modules, { queueLimit });
          let timeMs = 0;
          const list = gaps.map(({ gapMs, limitMs }) => {
            timeMs += gapMs;
            return { timeMs, deadlineMs: timeMs + limitMs };
          });
          const countOf = (request: number, stage: number): number =>
            counts[(request + stage) % counts.length]!;
          const { ends } = runVirtually(setup, list, planned(setup), [], undefined, countOf);
          expect(ends.size).toBe(list.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('what is queued further on takes time too', () => {
    const setup = setupOf(SLOW_SECOND);
    const run = runVirtually(
      setup,
      Array.from({ length: 9 }, (_, index) => ({ timeMs: 10 * index, deadlineMs: 10 * index + 450 })),
      planned(setup),
    );
    expect(shedOf(run)).toEqual(['5 overload', '6 overload', '7 overload', '8 overload']);
    expect(run.decisions.filter(({ kind }) => kind === 'complete')).toHaveLength(4);
  });

  it('what another module holds up until it is too late takes no time further on', () => {
    const setup = setupOf(
      [
        { name: 'a', batchSize: 8, durationMs: 1 },
        { name: 'b', after: ['a'], batchSize: 1, durationMs: 10, perRequest: 3 },
        { name: 'c', after: ['b'], batchSize: 1, durationMs: 25 },
      ],
      { queueLimit: 1000 },
    );
    const burst = Array.from({ length: 30 }, () => ({ timeMs: 0, deadlineMs: 500 }));
    const run = runVirtually(setup, burst, planned(setup), [], undefined, () => 1);
    expect(shedOf(run)).toEqual([]);
  });

  it('who was cancelled on the way is waited for by nobody', () => {
    const setup = setupOf([
      { name: 'a', batchSize: 8, durationMs: 10 },
      { name: 'b', after: ['a'], batchSize: 1, durationMs: 50 },
    ]);
    const arrivals = [...new Array(8).fill(1), 3].map((timeMs) => ({ timeMs, deadlineMs: 430 }));
    const cancel = { timeMs: 2, event: { kind: 'cancel', requests: [0, 1, 2] } } as const;
    expect(shedOf(runVirtually(setup, arrivals, planned(setup)))).toEqual(['8 overload']);
    expect(shedOf(runVirtually(setup, arrivals, planned(setup), [cancel]))).toEqual([]);
  });

  it('a module that many requests pass by refuses nobody: it may be passed by again', () => {
    const setup = setupOf(
      SLOW_SECOND.map((module) => ({ ...module, perRequest: module.name === 'b' ? 0.5 : 1 })),
    );
    const run = runVirtually(setup, evenly(9, 10, 450), planned(setup), [], undefined, (request) =>
      Number(request < 6),
    );
    expect(shedOf(run)).toEqual([]);
    expect([6, 7, 8].map((request) => run.ends.get(request)!.kind)).toEqual(new Array(3).fill('complete'));
  });

  it('while every worker is down, requests expire at the last moment they could have started', () => {
    const setup = setupOf([{ name: 'a' }]);
    const run = runVirtually(setup, [{ timeMs: 5, deadlineMs: 100 }], planned(setup), [
      { timeMs: 1, event: { kind: 'down', module: 0, worker: 0 } },
    ]);
    expect(run.ends.get(0)).toEqual({ kind: 'expire', timeMs: 92 });
  });
});

describe('priorities', () => {
  const burst = (count: number, priority?: number) =>
    Array.from({ length: count }, () => ({ timeMs: 1, deadlineMs: 101, ...(priority && { priority }) }));
  const outcomes = (arrivals: readonly Arrival[], queueLimit = 1000) => {
    const setup = setupOf([{ name: 'a' }], { queueLimit });
    const { ends, decisions } = runVirtually(setup, arrivals, planned(setup));
    const shed = decisions.filter((decision) => decision.kind === 'shed');
    return {
      completed: (from: number, to: number) =>
        [...ends].filter(([id, { kind }]) => id >= from && id < to && kind === 'complete').length,
      because: (reason: string) => shed.filter((decision) => decision.reason === reason).length,
    };
  };

  it('the less important give way where not all can be served, and no more of them than need be', () => {
    const seen = outcomes([...burst(20), ...burst(6, 2)]); // twenty fit
    expect([seen.completed(0, 20), seen.completed(20, 26)]).toEqual([14, 6]);
    expect([seen.because('displaced'), seen.because('overload')]).toEqual([6, 0]);
  });

  it('where all fit, nobody gives way; equals never do, nor the more important', () => {
    expect(outcomes([...burst(10), ...burst(10, 1)]).because('displaced')).toBe(0);
    expect(outcomes([...burst(20, 3), ...burst(9, 3)]).because('displaced')).toBe(0);
    expect(outcomes([...burst(20, 3), ...burst(9)]).because('displaced')).toBe(0);
  });

  it('nobody gives way to what would be refused all the same', () => {
    const seen = outcomes([...burst(20), { timeMs: 1, deadlineMs: 5, priority: 1 }]);
    expect([seen.because('displaced'), seen.completed(0, 20)]).toEqual([0, 20]);
  });

  it('the least important go first, and a full queue is one where they do', () => {
    const seen = outcomes([...burst(4), ...burst(2, 5), ...burst(2, 20), ...burst(2, 1)], 4);
    expect([seen.completed(4, 6), seen.completed(6, 8), seen.completed(8, 10)]).toEqual([2, 0, 2]);
  });

  it('every request ends once and no queue is above its limit, whatever the priorities', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            timeMs: fc.integer({ min: 0, max: 200 }),
            limitMs: fc.integer({ min: 5, max: 600 }),
            priority: fc.integer({ min: 1, max: 4 }),
          }),
          { maxLength: 80 },
        ),
        (list) => {
          const arrivals = list
            .toSorted((a, b) => a.timeMs - b.timeMs)
            .map(({ timeMs, limitMs, priority }) => ({ timeMs, deadlineMs: timeMs + limitMs, priority }));
          const modules = [{ name: 'a' }, { name: 'b', after: ['a'], durationMs: 80 }];
          const setup = setupOf(modules, { queueLimit: 12 });
          expect(runVirtually(setup, arrivals, planned(setup)).ends.size).toBe(arrivals.length);
        },
      ),
    );
  });

  it('those who wait further on give way too, one for one where the queue is full', () => {
    const setup = setupOf(
      [
        { name: 'a', machines: 4, batchSize: 1, durationMs: 20 },
        { name: 'b', after: ['a'], batchSize: 1, durationMs: 55 },
      ],
      { queueLimit: 3 },
    );
    // One runs, three wait, one is on the way: that takes up no room yet.
    const arrivals = [0, 30, 30, 30, 45, 60].map((timeMs) => ({ timeMs, deadlineMs: 1e6 + timeMs }));
    const important = { timeMs: 61, deadlineMs: 1e6, priority: 1 };
    const { decisions, ends } = runVirtually(setup, [...arrivals, important], planned(setup));
    expect(decisions.filter(({ kind }) => kind === 'shed')).toEqual([
      { kind: 'shed', request: 5, reason: 'queue-full' },
      { kind: 'shed', request: 3, reason: 'displaced' },
    ]);
    expect(ends.get(6)!.kind).toBe('complete');
  });

  it('those who are still to come to a module that is too slow for all give way', () => {
    const setup = setupOf([
      { name: 'a', batchSize: 8, durationMs: 10 },
      { name: 'b', after: ['a'], batchSize: 1, durationMs: 50 },
    ]);
    const eight = Array.from({ length: 8 }, () => ({ timeMs: 1, deadlineMs: 430 }));
    const arrivals = [...eight, { timeMs: 2, deadlineMs: 430, priority: 1 }];
    const { decisions, ends } = runVirtually(setup, arrivals, planned(setup));
    expect(decisions.filter(({ kind }) => kind === 'shed')).toEqual([
      { kind: 'shed', request: 7, reason: 'displaced' },
    ]);
    expect(ends.get(8)!.kind).toBe('complete');
  });
});

describe('lost workers', () => {
  it('a batch runs again when its worker is lost and time remains', () => {
    const setup = setupOf([{ name: 'a', batchSize: 1 }]);
    const run = runVirtually(setup, [{ timeMs: 0, deadlineMs: 90 }], planned(setup), [
      { timeMs: 10, event: { kind: 'down', module: 0, worker: 0 } },
      { timeMs: 30, event: { kind: 'up', module: 0, worker: 0 } },
    ]);
    expect(run.ends.get(0)).toEqual({ kind: 'complete', timeMs: 50 });
  });

  it('a request with which two workers were lost fails', () => {
    const setup = setupOf([{ name: 'a', batchSize: 1 }]);
    const run = runVirtually(setup, [{ timeMs: 0, deadlineMs: 90 }], planned(setup), [
      { timeMs: 10, event: { kind: 'down', module: 0, worker: 0 } },
      { timeMs: 11, event: { kind: 'up', module: 0, worker: 0 } },
      { timeMs: 20, event: { kind: 'down', module: 0, worker: 0 } },
    ]);
    expect(run.decisions).toContainEqual({ kind: 'fail', request: 0, module: 0, reason: 'lost' });
  });

  it("a cancelled request leaves the queue and takes nobody's place", () => {
    const setup = setupOf([{ name: 'a' }]);
    const run = runVirtually(setup, [...evenly(3, 0, 100)], planned(setup), [
      { timeMs: 1, event: { kind: 'cancel', requests: [1] } },
    ]).batches;
    expect(run.flatMap(({ requests }) => requests)).toEqual([0, 2]);
  });
});

it('when no more requests come, nothing waits for others to share a batch with', () => {
  const setup = setupOf([{ name: 'a' }, { name: 'b', after: ['a'] }], { budgetMs: 5000 });
  const arrivals = [0, 1].map((timeMs) => ({ timeMs, deadlineMs: 10_000 }));
  const drained = runVirtually(setup, arrivals, planned(setup), [{ timeMs: 2, event: { kind: 'drain' } }]);
  const twoMs = planned(setup)(0, 2);
  expect([...drained.ends.values()]).toEqual(new Array(2).fill({ kind: 'complete', timeMs: 2 + 2 * twoMs }));
});
