import { describe, expect, test } from 'vitest';
import { bounded, exactUsd, formatUsd } from '../../src/report/format.ts';
import { offerText } from '../../src/report/price.ts';

describe('money', () => {
  test.each([
    [0, '$0'],
    [0.05, '$0.05'],
    [0.0482, '$0.0482'],
    [0.1, '$0.10'],
    [0.4438, '$0.444'],
    [1.5, '$1.50'],
    [12.345, '$12.35'],
    [365.2, '$365'],
    [3650, '$3650'],
  ])('what something costs, %d: three digits, to the cent at least', (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });

  test.each([
    [0.1, '$0.10'],
    [1, '$1.00'],
    [0.1785, '$0.1785'],
    [3.06, '$3.06'],
  ])('a price, %d: as it was given', (usd, text) => {
    expect(exactUsd(usd)).toBe(text);
  });

  test('an offer says for how many cores it is, and how many there are', () => {
    expect(offerText({ pricePerHour: 0.1, cores: 2, count: 1 })).toBe(
      '$0.10 an hour for 2 cores, 1 machine, undated, no source given',
    );
    expect(offerText({ pricePerHour: 1.5, asOf: '2026-01-02', source: 'mine' })).toBe(
      '$1.50 an hour, any number of machines, 2026-01-02, mine',
    );
  });
});

describe('a bound is rounded to its safe side', () => {
  test.each([
    [123.831, 'down', '123.8'],
    [123.831, 'up', '123.9'],
    [399.99, 'down', '399.9'],
    // A search finds bounds to a millionth.
    [124.00000001, 'up', '124'],
    [99.99999999, 'down', '100'],
    [12345.6, 'up', '12346'],
    [0.123456, 'down', '0.1234'],
  ] as const)('%d, %s: %s', (value, towards, text) => {
    expect(bounded(value, towards)).toBe(text);
  });
});
