/**
 * How much of the time the most hindered thread of this process could have computed but did not: another process had its
 * core (the scheduler's count of how long it waited, runnable), or the host took the core away (steal time of a virtual
 * machine). A run is as slow as its slowest thread, so durations come out longer by about this share.
 */
import { readdirSync, readFileSync } from 'node:fs';

interface Waits {
  /** By thread, ns. */
  readonly waitedNs: ReadonlyMap<string, number>;
  /** Of the cores that the process is confined to, in the system's ticks. */
  readonly stolen: number;
  readonly ticks: number;
  readonly nowNs: number;
}

/**
 * Starts watching.
 * @param cores numbers of those that this process may use
 * @returns asks for the share (0..1) since then; 0 where the system does not tell
 */
export function watchContention(cores: readonly number[]): () => number {
  const before = waits(cores);
  return () => {
    const after = waits(cores);
    if (before === undefined || after === undefined) return 0;
    const waitedNs = [...after.waitedNs].map(([thread, ns]) => ns - (before.waitedNs.get(thread) ?? 0));
    const waited = Math.max(0, ...waitedNs) / Math.max(1, after.nowNs - before.nowNs);
    const stolen = (after.stolen - before.stolen) / Math.max(1, after.ticks - before.ticks);
    return Math.min(1, waited + stolen);
  };
}

function waits(cores: readonly number[]): Waits | undefined {
  try {
    const threads = readdirSync('/proc/self/task');
    return {
      waitedNs: new Map(threads.map((thread) => [thread, waitedNs(thread)])),
      ...stolenTicks(readFileSync('/proc/stat', 'utf8'), cores),
      nowNs: performance.now() * 1e6,
    };
  } catch {
    return undefined;
  }
}

/** The second figure of its schedstat: ns that it was runnable and waited. */
function waitedNs(thread: string): number {
  try {
    return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]);
  } catch {
    return 0; // it has ended meanwhile
  }
}

/** @param stat what Linux says in /proc/stat: a line for each core, its eighth figure what the host took */
export function stolenTicks(stat: string, cores: readonly number[]): { stolen: number; ticks: number } {
  let stolen = 0;
  let ticks = 0;
  for (const [, core, times] of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    if (!cores.includes(Number(core))) continue;
    const counts = times!.split(' ').slice(0, 8).map(Number);
    stolen += counts[7] ?? 0;
    ticks += counts.reduce((sum, count) => sum + count, 0);
  }
  return { stolen, ticks };
}
