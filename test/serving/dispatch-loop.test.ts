import { expect, it } from 'vitest';
import { configurePolicy } from '../../src/policy/configure-policy.ts';
import { DispatchLoop } from '../../src/serving/dispatch-loop.ts';
import { planOf } from '../plan-of.ts';

it('knows whether a machine of a module is free: none that is down, nor one that runs a batch', async () => {
  const plan = planOf('app', [{ name: 'm', batchSize: 1 }]);
  const setup = configurePolicy(plan, { queueLimit: 10, timerLeadMs: 0, aheadMs: 0 });
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const loop = new DispatchLoop(setup, { slotsOf: () => [0], tasksOf: () => 1, keep: () => {}, end });
  expect(loop.hasIdle(0)).toBe(false);
  let answer = (): void => {};
  loop.workerUp(0, {
    pid: undefined,
    ready: Promise.resolve(),
    exited: new Promise(() => {}),
    run: () =>
      new Promise((resolve) => {
        answer = () => resolve({ computeMs: 1, outputs: [] });
      }),
    resize: async () => {},
    stop: async () => {},
    kill: () => {},
  });
  expect(loop.hasIdle(0)).toBe(true);
  loop.arrive([0], 0, { deadlineMs: performance.now() + 10_000 });
  expect(loop.hasIdle(0)).toBe(false);
  answer();
  await ended;
  expect(loop.hasIdle(0)).toBe(true);
  loop.close();
});
