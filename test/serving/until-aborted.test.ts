import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilAborted } from '../../src/serving/until-aborted.ts';

const never = new Promise<never>(() => {});

describe('work that an abort gives up', () => {
  it('gives what the work gives, and leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(untilAborted(Promise.reject(new Error('it broke')), signal)).rejects.toThrow('it broke');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends with the signal’s reason, before the work or at once', async () => {
    const stop = new AbortController();
    const waiting = untilAborted(never, stop.signal);
    stop.abort(new Error('told to stop'));
    await expect(waiting).rejects.toThrow('told to stop');
    await expect(untilAborted(never, stop.signal)).rejects.toThrow('told to stop');
  });
});
