import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RequestTimes } from '../../src/simulation/request-times.ts';

it('remembers every request until it is taken, however long some of them stay', () => {
  const steps = fc.array(fc.record({ lasts: fc.nat(3000), timeMs: fc.nat(10_000) }), {
    minLength: 2000,
    maxLength: 3000,
  });
  fc.assert(
    fc.property(steps, (requests) => {
      const times = new RequestTimes();
      const naive = new Map<number, number>();
      for (const [request, { timeMs }] of requests.entries()) {
        times.put(request, timeMs);
        naive.set(request, timeMs);
        for (const [other, sentMs] of naive) {
          if (other + requests[other]!.lasts > request) continue;
          expect(times.at(other)).toBe(sentMs);
          expect(times.take(other)).toBe(sentMs);
          expect(times.at(other)).toBeUndefined();
          naive.delete(other);
        }
      }
      for (const [request, timeMs] of naive) expect(times.at(request)).toBe(timeMs);
    }),
    { numRuns: 3 },
  );
});
