import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IdleWorkers, NONE } from '../../src/policy/idle-workers.ts';

/** Operations on `workers` workers: adding or removing one, or asking for the first from it on. */
const operations = (workers: number) =>
  fc.array(fc.tuple(fc.constantFrom('add', 'remove', 'ask'), fc.nat(workers - 1)), { maxLength: 200 });

describe('idle workers', () => {
  test.each([1, 31, 32, 33, 1024, 1025, 40_000])('%d at most: the first of a plain set', (workers) => {
    fc.assert(
      fc.property(operations(workers), (all) => {
        const plain = new Set<number>();
        const idle = new IdleWorkers(workers);
        for (const [operation, position] of all) {
          if (operation === 'add') {
            plain.add(position);
            idle.add(position);
          } else if (operation === 'remove') {
            plain.delete(position);
            idle.remove(position);
          }
          const first = [...plain].filter((one) => one >= position).sort((a, b) => a - b)[0] ?? NONE;
          expect(idle.firstFrom(position)).toBe(first);
        }
        expect(idle.firstFrom(workers)).toBe(NONE);
      }),
    );
  });
});
