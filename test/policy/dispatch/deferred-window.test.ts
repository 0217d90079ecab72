import { describe, expect, it } from 'vitest';
import { DeadlineQueue, type Queued } from '../../../src/policy/deadline-queue.ts';
import { chooseBatch } from '../../../src/policy/dispatch/deferred-window.ts';
import type { Choice } from '../../../src/policy/dispatch/dispatcher.ts';

/** Batches of up to 4; one takes 10 ms, and 5 ms more for each further request. */
const machine = { batchSize: 4, tailMs: Float64Array.of(0, 10, 15, 20, 25) };

const choose = (deadlinesMs: readonly number[], nowMs: number, timerLeadMs = 0): Choice => {
  const queue = new DeadlineQueue<Queued>();
  for (const [sequence, deadlineMs] of deadlinesMs.entries()) queue.insert({ deadlineMs, sequence });
  return chooseBatch(queue, machine, nowMs, timerLeadMs);
};

describe('deferred window with pass-over', () => {
  const cases: [sentence: string, deadlinesMs: number[], nowMs: number, expected: Choice][] = [
    [
      'a full batch in time leaves at once',
      [100, 100, 100, 100],
      0,
      { kind: 'start', first: 0, size: 4, reason: 'full' },
    ],
    [
      'of more than a batch, the earliest deadlines go',
      [90, 80, 70, 60, 50],
      0,
      { kind: 'start', first: 0, size: 4, reason: 'full' },
    ],
    [
      'a batch that may grow waits until one more would not fit',
      [100, 100],
      0,
      { kind: 'wait', untilMs: 80 },
    ],
    ['at that moment it leaves', [100, 100], 80, { kind: 'start', first: 0, size: 2, reason: 'deadline' }],
    ['a lone request waits for a second one as long as two fit', [100], 0, { kind: 'wait', untilMs: 85 }],
    ['at a limit counts as met', [25, 25, 25, 25], 0, { kind: 'start', first: 0, size: 4, reason: 'full' }],
    [
      'a head that forces a small batch is passed over for a full one behind it',
      [12, 60, 60, 60, 60],
      0,
      { kind: 'start', first: 1, size: 4, reason: 'full' },
    ],
    [
      'but not where it can be served before that one leaves',
      [12, 60, 60],
      0,
      { kind: 'start', first: 0, size: 1, reason: 'deadline' },
    ],
    [
      'with all that is left behind it, too, where it would be in its way',
      [22, 31, 31],
      11,
      { kind: 'start', first: 1, size: 2, reason: 'deadline' },
    ],
    [
      'when nothing better lies behind, the head keeps its small batch',
      [15, 15, 15],
      0,
      { kind: 'start', first: 0, size: 2, reason: 'deadline' },
    ],
    ['nothing that this machine could answer in time: nothing', [5], 0, { kind: 'nothing' }],
  ];
  it.each(cases)('%s', (_sentence, deadlinesMs, nowMs, expected) => {
    expect(choose(deadlinesMs, nowMs)).toEqual(expected);
  });

  it('what is past its planned time waits for nobody', () => {
    const queue = new DeadlineQueue<Queued>();
    queue.insert({ deadlineMs: 100, sequence: 0 });
    queue.insert({ deadlineMs: 500, sequence: 1, overdue: true });
    expect(chooseBatch(queue, machine, 0, 0)).toEqual({
      kind: 'start',
      first: 0,
      size: 2,
      reason: 'deadline',
    });
  });

  it('leaves earlier by the lead that real timers need', () => {
    expect(choose([100, 100], 0, 3)).toEqual({ kind: 'wait', untilMs: 77 });
  });
});
