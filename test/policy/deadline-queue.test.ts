import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeadlineQueue, type Queued } from '../../src/policy/deadline-queue.ts';

const contents = (queue: DeadlineQueue<Queued>): number[] =>
  Array.from({ length: queue.length }, (_, index) => queue.at(index).sequence);

describe('deadline queue', () => {
  it('does what a list sorted by (deadline, sequence) does, whatever is done to it', () => {
    const operation = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('insert' as const),
          deadlineMs: fc.integer({ min: 0, max: 9 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('take' as const), start: fc.nat(4), count: fc.nat(5) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('remove' as const),
          deadlineMs: fc.integer({ min: 0, max: 9 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ kind: fc.constant('remove one' as const), place: fc.nat(6) }),
      },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const queue = new DeadlineQueue<Queued>();
        let naive: Queued[] = [];
        operations.forEach((step, sequence) => {
          if (step.kind === 'insert') {
            const item = { deadlineMs: step.deadlineMs, sequence };
            expect(queue.countBefore(item)).toBe(
              naive.filter((other) => other.deadlineMs <= item.deadlineMs).length,
            );
            const first = { ...item, sequence: -1 };
            expect(queue.countBefore(first)).toBe(
              naive.filter((other) => other.deadlineMs < item.deadlineMs).length,
            );
            queue.insert(item);
            naive = [...naive, item].sort((a, b) => a.deadlineMs - b.deadlineMs || a.sequence - b.sequence);
          } else if (step.kind === 'take') {
            const start = Math.min(step.start, naive.length);
            const count = Math.min(step.count, naive.length - start);
            expect(queue.take(start, count)).toEqual(naive.splice(start, count));
          } else if (step.kind === 'remove one') {
            const item = naive[step.place] ?? { deadlineMs: 4, sequence };
            expect(queue.has(item)).toBe(naive.includes(item));
            queue.remove(item);
            naive = naive.filter((other) => other !== item);
          } else {
            const removed = queue.removeWhere(({ deadlineMs }) => deadlineMs === step.deadlineMs);
            expect(removed).toEqual(naive.filter(({ deadlineMs }) => deadlineMs === step.deadlineMs));
            naive = naive.filter(({ deadlineMs }) => deadlineMs !== step.deadlineMs);
          }
          expect(contents(queue)).toEqual(naive.map((item) => item.sequence));
        });
      }),
    );
  });

  it('keeps no memory of what left at the front', () => {
    const queue = new DeadlineQueue<Queued>();
    for (let sequence = 0; sequence < 10_000; sequence += 1) {
      queue.insert({ deadlineMs: sequence, sequence });
      if (sequence >= 10) expect(queue.take(0, 1)[0]!.sequence).toBe(sequence - 10);
    }
    expect(queue.length).toBe(10);
  });
});
