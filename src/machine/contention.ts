/**
 * How much of the time the most hindered thread of this process could have computed but did not: another process had its
 * core (the scheduler's count of how long it waited, runnable), or the host took the core away (steal time of a virtual
 * machine). A run is as slow as its slowest thread, so durations come out longer by about this share. Threads of one
 * process wait for each other too where they are more than its cores, so others never count for more than they ran.
 */
import { readdirSync, readFileSync } from 'node:fs';

interface Sample {
  /** Of each thread of this process, ns that it was runnable and waited. */
  readonly waitedNs: ReadonlyMap<string, number>;
  /** Of this process. */
  readonly ranMs: number;
  /** Of the cores that the process is confined to. */
  readonly ticks: CoreTicks;
  readonly nowMs: number;
}

/** In the system's ticks, over several cores together. */
export interface CoreTicks {
  readonly busy: number;
  readonly stolen: number;
  readonly total: number;
}

/**
 * Starts watching.
 * @param cores numbers of those that this process may use
 * @returns asks for the share (0..1) since then; 0 where the system does not tell
 */
export function watchContention(cores: readonly number[]): () => number {
  const before = sample(cores);
  return () => {
    const after = sample(cores);
    if (before === undefined || after === undefined) return 0;
    const elapsedMs = Math.max(1e-3, after.nowMs - before.nowMs);
    const ticks = Math.max(1, after.ticks.total - before.ticks.total);
    const waitedNs = [...after.waitedNs].map(([thread, ns]) => ns - (before.waitedNs.get(thread) ?? 0));
    const waited = Math.max(0, ...waitedNs) / 1e6 / elapsedMs;
    const busyCores = (cores.length * (after.ticks.busy - before.ticks.busy)) / ticks;
    const othersCores = Math.max(0, busyCores - (after.ranMs - before.ranMs) / elapsedMs);
    const stolen = (after.ticks.stolen - before.ticks.stolen) / ticks;
    return Math.min(1, Math.min(waited, othersCores) + stolen);
  };
}

function sample(cores: readonly number[]): Sample | undefined {
  try {
    const threads = readdirSync('/proc/self/task');
    const { user, system } = process.cpuUsage();
    return {
      waitedNs: new Map(threads.map((thread) => [thread, waitedNs(thread)])),
      ranMs: (user + system) / 1000,
      ticks: coreTicks(readFileSync('/proc/stat', 'utf8'), cores),
      nowMs: performance.now(),
    };
  } catch {
    return undefined;
  }
}

/** The second figure of its schedstat. */
function waitedNs(thread: string): number {
  try {
    return Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]);
  } catch {
    return 0; // it has ended meanwhile
  }
}

/**
 * @param stat what Linux says in /proc/stat: a line for each core with its time as user, nice, system, idle, waiting for
 *   disks, interrupts (two), and stolen
 */
export function coreTicks(stat: string, cores: readonly number[]): CoreTicks {
  let [busy, stolen, total] = [0, 0, 0];
  for (const [, core, times] of stat.matchAll(/^cpu(\d+) (.*)$/gm)) {
    if (!cores.includes(Number(core))) continue;
    const [user = 0, nice = 0, system = 0, idle = 0, disks = 0, irq = 0, softirq = 0, steal = 0] = times!
      .split(' ')
      .map(Number);
    busy += user + nice + system + irq + softirq;
    stolen += steal;
    total += user + nice + system + idle + disks + irq + softirq + steal;
  }
  return { busy, stolen, total };
}
