import { expect, test } from 'vitest';
import { stolenTicks, watchContention } from '../../src/machine/contention.ts';
import { peakMemoryMiB } from '../../src/machine/peak-memory.ts';

const STAT = `cpu  30 0 30 60 0 0 0 30 0 0
cpu0 10 0 10 20 0 0 0 4 0 0
cpu1 10 0 10 20 0 0 0 6 0 0
cpu10 10 0 10 20 0 0 0 20 0 0
intr 12 0`;

test('what the host took is counted of the own cores only', () => {
  expect(stolenTicks(STAT, [0, 1])).toEqual({ stolen: 10, ticks: 90 });
  expect(stolenTicks(STAT, [10])).toEqual({ stolen: 20, ticks: 60 });
  expect(stolenTicks('', [0])).toEqual({ stolen: 0, ticks: 0 });
});

test('the share of others is one of 0..1', () => {
  const share = watchContention([0])();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
});

test('the peak of this process holds what it has now', () => {
  expect(peakMemoryMiB()).toBeGreaterThan(process.memoryUsage().rss / 1024 ** 2 / 2);
});
