import { describe, expect, it } from 'vitest';
import { createScaledPolicy } from '../../src/scaling/one-scaled-module.ts';
import { type ScaledDecision, type ScaledEvent, stepScaled } from '../../src/scaling/scaled-policy.ts';
import type { ScalingDecision, ScalingPolicy } from '../../src/scaling/scaling-policy.ts';
import { configOf, yoloMs } from './a-model.ts';

/** Decides what it is told to, one after the other, and notes when it is asked. */
function scripted(
  dispatch: ScalingPolicy['dispatch'],
  ticks: Partial<ScalingDecision>[],
  start = { instances: 1, cores: 4, batchSize: 8 },
) {
  const asked: string[] = [];
  const decide = (moment: string) => {
    asked.push(moment);
    return { ...start, feasible: true, ...ticks.shift() };
  };
  const policy: ScalingPolicy = {
    dispatch,
    start: () => start,
    scaler: () => ({
      tick: (_, nowMs) => decide(`tick ${nowMs}`),
      beforeDispatch: ({ deadlinesMs }, nowMs) => decide(`dispatch of ${deadlinesMs.length} at ${nowMs}`),
    }),
  };
  const state = createScaledPolicy(configOf(), policy, 1000);
  const deliver = (event: ScaledEvent, nowMs: number): ScaledDecision[] =>
    stepScaled(state, event, nowMs).filter(({ kind }) => kind !== 'wait');
  return { asked, deliver };
}

const up = (worker = 0): ScaledEvent => ({ kind: 'up', module: 0, worker });
const done = (worker = 0): ScaledEvent => ({ kind: 'done', module: 0, worker });
const arrival = (deadlineMs: number, ...requests: number[]): ScaledEvent => ({
  kind: 'arrival',
  requests,
  route: 0,
  deadlineMs,
});
const TICK: ScaledEvent = { kind: 'tick' };
const kinds = (decisions: ScaledDecision[]): string[] => decisions.map(({ kind }) => kind);

describe('a policy whose cores follow its deadlines', () => {
  it('resizes at a tick, and says nothing where nothing changes', () => {
    const { deliver } = scripted('eager', [{ cores: 9 }, { cores: 9 }, { cores: 2 }]);
    deliver(up(), 0);
    expect(deliver(TICK, 1000)).toEqual([{ kind: 'resize', worker: 0, cores: 9 }]);
    expect(deliver(TICK, 2000)).toEqual([]);
    expect(deliver(TICK, 3000)).toEqual([{ kind: 'resize', worker: 0, cores: 2 }]);
  });

  it('resizes before the batch that needs it', () => {
    const { deliver } = scripted('eager', [{ cores: 16 }]);
    deliver(up(), 0);
    expect(kinds(deliver(arrival(500, 1), 0))).toEqual(['resize', 'start']);
  });

  it('asks about cores where a worker is about to start, with all that then waits, and not while it runs', () => {
    const { asked, deliver } = scripted('eager', []);
    deliver(up(), 0);
    deliver(arrival(1000, 1), 0);
    deliver(arrival(1000, 2), 10);
    deliver(arrival(900, 3), 20);
    deliver(done(), 70);
    deliver(done(), 200);
    deliver(TICK, 1000);
    expect(asked).toEqual(['dispatch of 1 at 0', 'dispatch of 2 at 70', 'tick 1000']);
  });

  /** Eight requests that wait for a worker with so many cores, which is free at 200. */
  const startedWith = (cores: number, deadlineMs: number): ScaledDecision[] => {
    const all = { instances: 1, cores: 16, batchSize: 8 };
    const { deliver } = scripted('eager', [{ cores }, { cores }], all);
    deliver(up(), 0);
    deliver(arrival(1000, 0), 0);
    for (let request = 1; request <= 8; request++) deliver(arrival(deadlineMs, request), 10);
    return deliver(done(), 200);
  };

  it.each([
    [4, 3],
    [8, 5],
    [16, 6],
  ])('forms batches by the cores in force: %i of them have time for %i requests', (cores, size) => {
    const enoughMs = 200 + 1.08 * yoloMs(5, 8) + 0.001;
    const started = startedWith(cores, enoughMs).find((decision) => decision.kind === 'start');
    expect(started?.tasks).toHaveLength(size);
  });

  it('gives up what is too late for the cores in force', () => {
    expect(kinds(startedWith(1, 200 + 1.08 * yoloMs(1, 1) - 0.001))).toEqual([
      'complete',
      ...Array.from({ length: 8 }, () => 'expire'),
    ]);
  });

  it('answers everything, however late, where dispatch is work-conserving', () => {
    const { deliver } = scripted('work-conserving', []);
    deliver(up(), 0);
    expect(deliver(arrival(1, 1, 2), 500)).toMatchObject([{ kind: 'start' }]);
    expect(kinds(deliver(done(), 5000))).toEqual(['complete', 'complete']);
  });

  it('an instance that is given up ends what it runs, and gets nothing more; another comes back into work', () => {
    const { deliver } = scripted('work-conserving', [{ instances: 1 }, { instances: 2 }], {
      instances: 2,
      cores: 1,
      batchSize: 1,
    });
    deliver(up(0), 0);
    deliver(up(1), 0);
    const decisions = deliver(TICK, 0);
    expect(decisions).toEqual([{ kind: 'resize', worker: 1, cores: 0 }]);
    expect(deliver(TICK, 100)).toEqual([{ kind: 'resize', worker: 1, cores: 1 }]);
    expect(deliver(arrival(1000, 1, 2), 200)).toMatchObject([
      { kind: 'start', worker: 0 },
      { kind: 'start', worker: 1 },
    ]);
  });
});
