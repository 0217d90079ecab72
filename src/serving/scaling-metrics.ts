/** What the daemon tells Prometheus about cores that follow the deadlines. */
import type { Registry } from 'prom-client';
import type { ScalingDecision } from '../scaling/scaling-policy.ts';

export interface ScalingMetrics {
  /** A decision has changed. */
  decided(module: string, decision: ScalingDecision, wantedCores: number): void;
  /** From now on the worker has so many; none where it is gone. */
  holds(module: string, worker: number, cores: number): void;
  resized(module: string, worker: number, direction: 'up' | 'down' | 'failed', tookMs: number): void;
}

export interface WorkerCoresNow {
  readonly id: number;
  readonly module: string;
  readonly cores: number;
}

interface Held {
  readonly module: string;
  readonly worker: number;
  readonly cores: number;
  sinceMs: number;
}

const keyOf = (module: string, worker: number): string => `${worker} of ${module}`;

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
  const coreSeconds = new Counter({
    name: 'harp_core_seconds_total',
    help: 'Cores that workers have held, over time',
    labelNames: ['module', 'worker'],
    registers,
    collect: () => {
      const present = new Set(workers().map(({ id, module }) => keyOf(module, id)));
      for (const [key, held] of holdings) {
        if (present.has(key)) sumUp(held, performance.now());
        // Of a plan that was replaced.
        else holdings.delete(key);
      }
    },
  });
  const holdings = new Map<string, Held>();
  const sumUp = (held: Held, nowMs: number): void => {
    const { module, worker, cores, sinceMs } = held;
    coreSeconds.inc({ module, worker }, (cores * (nowMs - sinceMs)) / 1000);
    held.sinceMs = nowMs;
  };
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
    holds: (module, worker, cores) => {
      const key = keyOf(module, worker);
      const before = holdings.get(key);
      const nowMs = performance.now();
      if (before) sumUp(before, nowMs);
      holdings.set(key, { module, worker, cores, sinceMs: nowMs });
    },
    resized: (module, worker, direction, tookMs) => {
      resizes.inc({ module, worker, direction });
      took.observe({ module }, tookMs);
    },
  };
}
