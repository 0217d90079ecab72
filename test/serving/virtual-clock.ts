/** Real code under virtual time: replaces the clock and the timers, and lets promises settle between two events. */
import { vi } from 'vitest';

interface Timer {
  readonly atMs: number;
  readonly id: number;
  readonly ring: () => void;
}

export class VirtualClock {
  nowMs = 0;
  private timers: Timer[] = [];
  private nextId = 1;

  install(): void {
    vi.spyOn(performance, 'now').mockImplementation(() => this.nowMs);
    vi.stubGlobal('setTimeout', (ring: () => void, inMs = 0) => this.set(ring, inMs));
    vi.stubGlobal('clearTimeout', (id: number | undefined) => {
      this.timers = this.timers.filter((timer) => timer.id !== id);
    });
  }

  at(timeMs: number, ring: () => void): void {
    this.timers.push({ atMs: timeMs, id: this.nextId++, ring });
  }

  /** Until nothing is to happen any more. */
  async run(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.timers.length === 0) return;
      const next = this.timers.reduce((a, b) =>
        b.atMs < a.atMs || (b.atMs === a.atMs && b.id < a.id) ? b : a,
      );
      this.timers.splice(this.timers.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.ring();
    }
  }

  private set(ring: () => void, inMs: number): number {
    this.at(this.nowMs + inMs, ring);
    return this.nextId - 1;
  }
}
