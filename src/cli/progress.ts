/** Progress on stderr: one live line on a terminal, a line per finished step where there is none, nothing when quiet. */
import type { WriteStream } from 'node:tty';

export interface Progress {
  /** What is going on now; shown on terminals only. */
  update(text: string): void;
  /** A step that is finished; a line of its own everywhere. */
  step(text: string): void;
  /** Something to mind; a line of its own everywhere. */
  warn(text: string): void;
  /** No more to come. */
  stop(): void;
}

const SILENT: Progress = { update: () => {}, step: () => {}, warn: () => {}, stop: () => {} };

export function progressOn(stream: WriteStream, { quiet }: { quiet: boolean }): Progress {
  if (quiet) return SILENT;
  // A terminal without columns, as some CI runners make, would keep the spinner computing for ever.
  return stream.isTTY && stream.columns > 0 ? liveProgress(stream) : lineProgress(stream);
}

const lineProgress = (stream: NodeJS.WritableStream): Progress => ({
  update: () => {},
  step: (text) => stream.write(`${text}\n`),
  warn: (text) => stream.write(`! ${text}\n`),
  stop: () => {},
});

function liveProgress(stream: WriteStream): Progress {
  // The spinner loads when the first thing is said, so that short commands never wait for it.
  let text = '';
  let stopped = false;
  const spinner = import('ora').then(({ default: ora }) => {
    const live = ora({ stream, discardStdin: false });
    return stopped ? live : live.start(text);
  });
  const withSpinner = (use: (live: Awaited<typeof spinner>) => void): void => void spinner.then(use);
  return {
    update: (next) => {
      text = next;
      withSpinner((live) => {
        live.text = next;
      });
    },
    step: (line) => withSpinner((live) => live.stopAndPersist({ symbol: '✓', text: line }).start(text)),
    warn: (line) => withSpinner((live) => live.stopAndPersist({ symbol: '!', text: line }).start(text)),
    stop: () => {
      stopped = true;
      withSpinner((live) => live.stop());
    },
  };
}
