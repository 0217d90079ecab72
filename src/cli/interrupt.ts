/** Turns SIGINT and SIGTERM into an AbortSignal, once; a second signal ends the process at once. */
import { constants } from 'node:os';
import { HarpError } from '../domain/errors.ts';

type Signal = 'SIGINT' | 'SIGTERM';

export class Interrupt {
  private readonly controller = new AbortController();
  private listening = false;

  /** From the first time it is asked for, signals no longer end the process by themselves. */
  get signal(): AbortSignal {
    if (!this.listening) {
      this.listening = true;
      process.on('SIGINT', this.onSignal);
      process.on('SIGTERM', this.onSignal);
    }
    return this.controller.signal;
  }

  release(): void {
    process.off('SIGINT', this.onSignal);
    process.off('SIGTERM', this.onSignal);
    this.listening = false;
  }

  private readonly onSignal = (signal: Signal): void => {
    if (this.controller.signal.aborted) process.exit(128 + constants.signals[signal]);
    this.controller.abort(
      signal === 'SIGINT'
        ? new HarpError('interrupted', 'interrupted')
        : new HarpError('terminated', 'terminated'),
    );
  };
}
