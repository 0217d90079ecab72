import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RisingTable } from '../../src/numeric/rising-table.ts';

it('holds what a Map would, whatever comes and goes', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('set' as const), by: fc.integer({ min: -30, max: 90 }) }),
      fc.record({ kind: fc.constant('delete' as const), back: fc.nat(400) }),
    ),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(fc.nat(1e6), steps, (start, list) => {
      const table = new RisingTable<string>();
      const map = new Map<number, string>();
      let last = start;
      for (const step of list) {
        if (step.kind === 'set') {
          last = Math.max(0, last + step.by);
          table.set(last, `value ${last}`);
          map.set(last, `value ${last}`);
        } else {
          table.delete(last - step.back);
          map.delete(last - step.back);
        }
        expect(table.size).toBe(map.size);
        for (let number = last - 500; number <= last + 1; number++) {
          if (table.get(number) !== map.get(number))
            expect([number, table.get(number)]).toEqual([number, map.get(number)]);
        }
      }
    }),
    { numRuns: 50 },
  );
});
