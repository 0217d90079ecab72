import { expect, test } from 'vitest';
import { watchPlan } from '../../src/cli/watch-plan.ts';

/** What a signal would call; none is sent, since it would go to the whole test run. */
const hangUp = (): void => void process.emit('SIGHUP');

test('SIGHUP reads a plan from a file again, until it is no longer watched', async () => {
  const before = process.listenerCount('SIGHUP');
  let changes = 0;
  const told: string[] = [];
  const unwatch = watchPlan(
    'app.plan.json',
    async () => {
      changes += 1;
    },
    (text) => told.push(text),
  );
  hangUp();
  expect([changes, told]).toEqual([1, []]);
  unwatch();
  expect(process.listenerCount('SIGHUP')).toBe(before);
});

test('SIGHUP says of a plan from stdin that it cannot be read again, and ends nothing', () => {
  const before = process.listenerCount('SIGHUP');
  const told: string[] = [];
  const unwatch = watchPlan(
    '-',
    () => Promise.reject(new Error('there is nothing to read')),
    (text) => told.push(text),
  );
  // Without a listener the signal would end the process.
  expect(process.listenerCount('SIGHUP')).toBe(before + 1);
  hangUp();
  expect(told).toEqual(['kept the plan in force: it came from stdin and cannot be read again']);
  unwatch();
  expect(process.listenerCount('SIGHUP')).toBe(before);
});
