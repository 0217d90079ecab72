import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PendingEvents } from '../../src/simulation/pending-events.ts';

it('gives what a list sorted by (time, order of coming) gives, ties included', () => {
  const operation = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 12 }) },
    { weight: 2, arbitrary: fc.constant('pop' as const) },
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
      const heap = new PendingEvents();
      const naive: { timeMs: number; item: number }[] = [];
      for (const [item, operation] of operations.entries()) {
        if (operation !== 'pop') {
          heap.push(operation, item);
          const after = naive.findIndex(({ timeMs }) => timeMs > operation);
          naive.splice(after < 0 ? naive.length : after, 0, { timeMs: operation, item });
        } else if (naive.length > 0) expect(heap.pop()).toBe(naive.shift()!.item);
        expect(heap.size).toBe(naive.length);
        expect(heap.firstMs).toBe(naive[0]?.timeMs ?? Number.POSITIVE_INFINITY);
      }
    }),
    { numRuns: 300 },
  );
});
