/** What the daemon tells Prometheus about cores that follow the deadlines. */
import type { Registry } from 'prom-client';
import type { ScalingDecision } from '../scaling/scaling-policy.ts';

export interface ScalingMetrics {
  /** A decision has changed. */
  decided(module: string, decision: ScalingDecision, wantedCores: number): void;
  resized(
    module: string,
    worker: number,
    direction: 'up' | 'down' | 'failed',
    tookMs: number,
    cores: number,
  ): void;
}

export interface WorkerCoresNow {
  readonly id: number;
  readonly module: string;
  readonly cores: number;
}

/** @param workers asked when metrics are */
export async function createScalingMetrics(
  registry: Registry,
  workers: () => readonly WorkerCoresNow[],
): Promise<ScalingMetrics> {
  const { Counter, Gauge, Histogram } = await import('prom-client');
  const registers = [registry];
  new Gauge({
    name: 'harp_worker_cores',
    help: 'Cores that a worker has now',
    labelNames: ['module', 'worker'],
    registers,
    collect() {
      this.reset();
      for (const { id, module, cores } of workers()) this.set({ module, worker: id }, cores);
    },
  });
  const gauge = (name: string, help: string, ...more: string[]) =>
    new Gauge({ name, help, labelNames: ['module', ...more], registers });
  const decision = gauge('harp_scaling_decision', 'Cores of each worker by the last decision', 'reason');
  const wanted = gauge('harp_scaling_wanted_cores', 'Cores of each worker that deadlines ask for');
  const misses = gauge(
    'harp_scaling_expected_misses',
    'Requests expected to miss their deadlines within a second',
  );
  const resizes = new Counter({
    name: 'harp_resizes_total',
    help: 'Changes of the cores of workers',
    labelNames: ['module', 'worker', 'direction'],
    registers,
  });
  const took = new Histogram({
    name: 'harp_resize_duration_ms',
    help: 'From the decision until all threads are on the new cores',
    labelNames: ['module'],
    buckets: [0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 50],
    registers,
  });
  const held = new CoreTime();
  new Counter({
    name: 'harp_core_seconds_total',
    help: 'Cores that workers have held, over time',
    labelNames: ['module', 'worker'],
    registers,
    collect() {
      for (const { id, module, cores } of workers())
        this.inc({ module, worker: id }, held.since(id, cores, performance.now()));
    },
  });
  /** The reason that each module shows now. */
  const shown = new Map<string, string>();
  return {
    decided: (module, { cores, reason = 'rate', expectedMisses = 0 }, wantedCores) => {
      const before = shown.get(module);
      if (before !== undefined && before !== reason) decision.remove({ module, reason: before });
      shown.set(module, reason);
      decision.set({ module, reason }, cores);
      wanted.set({ module }, wantedCores);
      misses.set({ module }, expectedMisses);
    },
    resized: (module, worker, direction, tookMs, cores) => {
      held.changes(worker, cores, performance.now());
      resizes.inc({ module, worker, direction });
      took.observe({ module }, tookMs);
    },
  };
}

/** Sums up what workers hold, between the times at which it is asked. */
class CoreTime {
  private readonly workers = new Map<number, { cores: number; sinceMs: number; coreMs: number }>();

  changes(worker: number, cores: number, nowMs: number): void {
    const coreMs = this.coreMs(worker, cores, nowMs);
    this.workers.set(worker, { cores, sinceMs: nowMs, coreMs });
  }

  /** Core-seconds since it was asked last; @param cores that it has now */
  since(worker: number, cores: number, nowMs: number): number {
    const coreMs = this.coreMs(worker, cores, nowMs);
    this.workers.set(worker, { cores, sinceMs: nowMs, coreMs: 0 });
    return coreMs / 1000;
  }

  /** Of a worker that is new, nothing yet. */
  private coreMs(worker: number, cores: number, nowMs: number): number {
    const known = this.workers.get(worker) ?? { cores, sinceMs: nowMs, coreMs: 0 };
    return known.coreMs + known.cores * (nowMs - known.sinceMs);
  }
}
