/** Notices that there is a new plan: its file has changed, or the process got SIGHUP. */
import { unwatchFile, watchFile } from 'node:fs';

/** Looking at the file, rather than being told, works on every file system. */
const LOOK_EVERY_MS = 500;

/**
 * A plan from stdin cannot change; SIGHUP then says so, and does not end the process as it would by itself.
 * @param onChange is not called again before it has ended; what changed meanwhile is told after it
 * @param onEvent is told why a signal changes nothing
 * @returns ends the watch
 */
export function watchPlan(
  file: string,
  onChange: () => Promise<void>,
  onEvent: (text: string) => void,
): () => void {
  let isBusy = false;
  let isStale = false;
  const changed = async (): Promise<void> => {
    isStale = true;
    if (isBusy) return;
    isBusy = true;
    while (isStale) {
      isStale = false;
      await onChange();
    }
    isBusy = false;
  };
  const isFile = file !== '-';
  const onSignal = (): void => {
    if (isFile) void changed();
    else onEvent('kept the plan in force: it came from stdin and cannot be read again');
  };
  process.on('SIGHUP', onSignal);
  if (!isFile) return () => void process.off('SIGHUP', onSignal);
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, (now, before) => {
    if (now.mtimeMs !== before.mtimeMs && now.size > 0) void changed();
  });
  return () => {
    process.off('SIGHUP', onSignal);
    unwatchFile(file);
  };
}
