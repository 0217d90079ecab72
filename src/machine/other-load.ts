/** How much of the machine others use while this process measures: the busy time of all cores less this process's own. */
import { cpus } from 'node:os';

/**
 * Starts watching.
 * @returns asks for the share of the machine (0..1) that others have used since
 */
export function watchOtherLoad(): () => number {
  const before = cpuTimes();
  return () => {
    const after = cpuTimes();
    const othersMs = after.busyMs - before.busyMs - (after.ownMs - before.ownMs);
    const share = othersMs / Math.max(1, after.totalMs - before.totalMs);
    // The system counts in ticks, so the difference may come out just below nothing.
    return Math.min(1, Math.max(0, share));
  };
}

function cpuTimes(): { totalMs: number; busyMs: number; ownMs: number } {
  const { user, system } = process.cpuUsage();
  let totalMs = 0;
  let idleMs = 0;
  for (const { times } of cpus()) {
    totalMs += times.user + times.nice + times.sys + times.irq + times.idle;
    idleMs += times.idle;
  }
  return { totalMs, busyMs: totalMs - idleMs, ownMs: (user + system) / 1000 };
}
