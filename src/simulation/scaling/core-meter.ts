/** Sums up the cores that workers hold over time. */
export class CoreMeter {
  private readonly held: Float64Array;
  private readonly sinceMs: Float64Array;
  private coreMs = 0;

  constructor(workers: number) {
    this.held = new Float64Array(workers);
    this.sinceMs = new Float64Array(workers);
  }

  /** From now on the worker holds so many. */
  holds(worker: number, cores: number, nowMs: number): void {
    this.coreMs += this.held[worker]! * (nowMs - this.sinceMs[worker]!);
    this.held[worker] = cores;
    this.sinceMs[worker] = nowMs;
  }

  coreSeconds(nowMs: number): number {
    for (let worker = 0; worker < this.held.length; worker++) this.holds(worker, this.held[worker]!, nowMs);
    return this.coreMs / 1000;
  }
}
