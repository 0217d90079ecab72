import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/numeric/prng.ts';
import { delayDrawer, parseNetworkDelay } from '../../src/simulation/network-delay.ts';
import { parseFaults } from '../../src/simulation/parse-faults.ts';
import { planOf } from '../plan-of.ts';

const plan = planOf('app', [
  { name: 'detect', machines: 2 },
  { name: 'a/b:c', after: ['detect'], machines: 3 },
]);

describe('faults', () => {
  test('workers count from 0 in their module, times are sorted, names may hold what the syntax uses', () => {
    expect(parseFaults(['up:detect/1@5s', 'down:a/b:c/2@250ms', ' down:detect/1@1.5s '], plan)).toEqual([
      { kind: 'down', worker: 4, timeMs: 250 },
      { kind: 'down', worker: 1, timeMs: 1500 },
      { kind: 'up', worker: 1, timeMs: 5000 },
    ]);
  });

  test.each([
    { texts: ['down:detect/0'], what: 'not a fault' },
    { texts: ['down:detect@3s'], what: 'not a fault' },
    { texts: ['kill:detect/0@3s'], what: 'not a fault' },
    { texts: ['down:detect/0@3'], what: 'not a fault' },
    { texts: ['down:detect/0@-3s'], what: 'not a fault' },
    { texts: ['down:nobody/0@3s'], what: 'no such module (expected one of detect, a/b:c' },
    { texts: ['down:detect/2@3s'], what: 'no such worker (expected detect/0 to detect/1' },
    { texts: ['up:detect/0@3s'], what: 'the worker is up by then' },
    { texts: ['down:detect/0@3s', 'down:detect/0@4s'], what: 'the worker is down by then' },
  ])('$texts is refused: $what', ({ texts, what }) => expect(() => parseFaults(texts, plan)).toThrow(what));
});

describe('network delay', () => {
  test.each([
    { text: '5', leastMs: 5, mostMs: 5 },
    { text: '0', leastMs: 0, mostMs: 0 },
    { text: 'uniform:5..20', leastMs: 5, mostMs: 20 },
    { text: 'uniform:0.5..2.5', leastMs: 0.5, mostMs: 2.5 },
  ])('"$text" lies between $leastMs and $mostMs ms', ({ text, leastMs, mostMs }) => {
    const next = delayDrawer(parseNetworkDelay(text), seededRandom(2));
    const delays = Array.from({ length: 1000 }, next);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(leastMs);
    expect(Math.max(...delays)).toBeLessThanOrEqual(mostMs);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThanOrEqual(0.9 * (mostMs - leastMs));
  });

  test.each(['', ' ', '-1', 'x', 'uniform:5', 'uniform:20..5', 'uniform:..', '1e999'])(
    '"%s" is refused',
    (text) => expect(() => parseNetworkDelay(text)).toThrow('--network-delay: invalid value'),
  );
});
