/**
 * Turns SIGINT and SIGTERM into an AbortSignal, once; a second signal ends the process at once, as does the first where nobody
 * watches for it, after it was told.
 */
import { constants } from 'node:os';
import { HarpError } from '../domain/errors.ts';

type Signal = 'SIGINT' | 'SIGTERM';

export class Interrupt {
  private readonly controller = new AbortController();
  private readonly tell: (reason: HarpError) => void;
  private isWatched = false;

  /** @param tell says that there was a signal, where nobody watches */
  constructor(tell: (reason: HarpError) => void) {
    this.tell = tell;
  }

  /** From now on signals no longer end the process by themselves. */
  listen(): void {
    process.on('SIGINT', this.onSignal);
    process.on('SIGTERM', this.onSignal);
  }

  /** Whoever asks for it sees to the end himself. */
  get signal(): AbortSignal {
    this.isWatched = true;
    return this.controller.signal;
  }

  release(): void {
    process.off('SIGINT', this.onSignal);
    process.off('SIGTERM', this.onSignal);
  }

  private readonly onSignal = (signal: Signal): void => {
    const exitCode = 128 + constants.signals[signal];
    if (this.controller.signal.aborted) process.exit(exitCode);
    const reason =
      signal === 'SIGINT'
        ? new HarpError('interrupted', 'interrupted')
        : new HarpError('terminated', 'terminated');
    this.controller.abort(reason);
    if (this.isWatched) return;
    this.tell(reason);
    process.exit(exitCode);
  };
}
