import { expect, it, vi } from 'vitest';
import type { InferenceWorker } from '../../src/engine/worker-port.ts';
import { SupervisedWorker } from '../../src/serving/supervise-worker.ts';

/** A worker whose life is in the hands of the test. */
function puppet() {
  let up = (): void => {};
  let fail = (_error: Error): void => {};
  let die = (_reason: string): void => {};
  const worker: InferenceWorker = {
    pid: undefined,
    ready: new Promise((resolve, reject) => {
      up = resolve;
      fail = reject;
    }),
    exited: new Promise((resolve) => {
      die = resolve;
    }),
    resize: async () => {},
    run: () => Promise.reject(new Error('not part of this')),
    stop: async () => die('stopped'),
    kill: (reason) => die(reason),
  };
  return {
    worker,
    up: () => up(),
    fail: (error: Error) => fail(error),
    die: (reason: string) => die(reason),
  };
}

function supervise(starts: (() => InferenceWorker)[]) {
  const told: string[] = [];
  const supervised = new SupervisedWorker(() => starts.shift()!(), {
    onUp: () => told.push('up'),
    onDown: (reason, nextStartInMs) => told.push(`${reason}, again in ${nextStartInMs} ms`),
  });
  return { supervised, told };
}

it('starts a lost worker again, later each time, and survives a start that throws', async () => {
  vi.useFakeTimers();
  const first = puppet();
  const third = puppet();
  const { supervised, told } = supervise([
    () => first.worker,
    () => {
      throw new Error('no more processes');
    },
    () => third.worker,
  ]);
  first.up();
  await supervised.start();
  first.die('killed');
  await vi.advanceTimersByTimeAsync(50);
  await vi.advanceTimersByTimeAsync(100);
  third.up();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['up', 'killed, again in 50 ms', 'no more processes, again in 100 ms', 'up']);
  vi.useRealTimers();
});

it('a first start that fails is not tried again', async () => {
  const only = puppet();
  const { supervised, told } = supervise([() => only.worker]);
  const started = supervised.start();
  only.fail(new Error('bad model'));
  only.die('exit code 1');
  await expect(started).rejects.toThrow('bad model');
  expect(told).toEqual([]);
});

it('stopped while it starts: the worker is killed, and nothing follows', async () => {
  const only = puppet();
  const kill = vi.spyOn(only.worker, 'kill');
  const { supervised, told } = supervise([() => only.worker]);
  void supervised.start();
  await supervised.stop();
  expect(kill).toHaveBeenCalledOnce();
  expect(told).toEqual([]);
});
