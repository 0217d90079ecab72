/**
 * Waits for work that an abort gives up. The work itself goes on; it is the caller's to end.
 * @throws the signal's reason, or what the work throws, whichever is first
 */
export function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason);
    if (signal.aborted) giveUp();
    // One signal outlives many plans: a listener that stayed would be one more for each of them.
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
