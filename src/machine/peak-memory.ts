/** The most memory that this process has had resident. */
import { readFileSync } from 'node:fs';

/**
 * In MiB. Linux's count of the address space, where there is one: the figure of `getrusage` survives `exec`, and so is
 * never less than what the process that started this one had.
 */
export function peakMemoryMiB(): number {
  const kibi = highWaterMark() ?? process.resourceUsage().maxRSS;
  return kibi / 1024;
}

function highWaterMark(): number | undefined {
  try {
    const [, kibi] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kibi === undefined ? undefined : Number(kibi);
  } catch {
    return undefined;
  }
}
