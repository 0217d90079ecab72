/** Notices that there is a new plan: its file has changed, or the process got SIGHUP. */
import { unwatchFile, watchFile } from 'node:fs';

/** Looking at the file, rather than being told, works on every file system. */
const LOOK_EVERY_MS = 500;

/**
 * @param onChange is not called again before it has ended; what changed meanwhile is told after it
 * @returns ends the watch
 */
export function watchPlan(file: string, onChange: () => Promise<void>): () => void {
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
  const onSignal = (): void => void changed();
  // A plan from stdin cannot be read again.
  if (file === '-') return () => {};
  process.on('SIGHUP', onSignal);
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, (now, before) => {
    if (now.mtimeMs !== before.mtimeMs && now.size > 0) void changed();
  });
  return () => {
    process.off('SIGHUP', onSignal);
    unwatchFile(file);
  };
}
