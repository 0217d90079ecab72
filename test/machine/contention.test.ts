import { expect, test } from 'vitest';
import { coreTicks, watchContention } from '../../src/machine/contention.ts';
import { peakMemoryMiB } from '../../src/machine/peak-memory.ts';

const STAT = `cpu  30 0 30 60 0 0 0 30 0 0
cpu0 10 0 10 20 0 0 0 4 0 0
cpu1 10 0 10 20 0 0 0 6 0 0
cpu10 10 0 10 20 0 0 0 20 0 0
intr 12 0`;

test('time is counted of the own cores only, apart from what the host took', () => {
  expect(coreTicks(STAT, [0, 1])).toEqual({ busy: 40, stolen: 10, total: 90 });
  expect(coreTicks(STAT, [10])).toEqual({ busy: 20, stolen: 20, total: 60 });
  expect(coreTicks('', [0])).toEqual({ busy: 0, stolen: 0, total: 0 });
});

test('the share of others is one of 0..1', () => {
  const share = watchContention([0])();
  expect(share).toBeGreaterThanOrEqual(0);
  expect(share).toBeLessThanOrEqual(1);
});

test('the peak of this process holds what it has now', () => {
  expect(peakMemoryMiB()).toBeGreaterThan(process.memoryUsage().rss / 1024 ** 2 / 2);
});
