/** What the daemon tells Prometheus about cores that follow the deadlines. */
import type { ScalingDecision } from '../scaling/scaling-policy.ts';
import type { Exposition } from './exposition.ts';

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

/** What a worker holds, and has held before, in core-ms. */
interface Held {
  readonly module: string;
  readonly worker: number;
  cores: number;
  sinceMs: number;
  coreMs: number;
}

const keyOf = (module: string, worker: number): string => `${worker} of ${module}`;

/** @param workers asked when metrics are */
export function createScalingMetrics(
  figures: Exposition,
  workers: () => readonly WorkerCoresNow[],
): ScalingMetrics {
  figures.reading('gauge', 'harp_worker_cores', 'Cores that a worker has now', () =>
    workers().map(({ id, module, cores }) => [{ module, worker: id }, cores] as const),
  );
  /** By module, the last. */
  const decisions = new Map<string, { readonly decision: ScalingDecision; readonly wantedCores: number }>();
  const ofDecision = (
    name: string,
    help: string,
    value: (decision: ScalingDecision, wantedCores: number) => number,
  ): void =>
    figures.reading('gauge', name, help, () =>
      Array.from(
        decisions,
        ([module, { decision, wantedCores }]) => [{ module }, value(decision, wantedCores)] as const,
      ),
    );
  figures.reading('gauge', 'harp_scaling_decision', 'Cores of each worker by the last decision', () =>
    Array.from(
      decisions,
      ([module, { decision }]) => [{ module, reason: decision.reason ?? 'rate' }, decision.cores] as const,
    ),
  );
  ofDecision(
    'harp_scaling_wanted_cores',
    'Cores of each worker that deadlines ask for',
    (_, wantedCores) => wantedCores,
  );
  ofDecision(
    'harp_scaling_expected_misses',
    'Requests expected to miss their deadlines within a second',
    ({ expectedMisses = 0 }) => expectedMisses,
  );
  const resizes = figures.counter<'module' | 'worker' | 'direction'>(
    'harp_resizes_total',
    'Changes of the cores of workers',
  );
  const took = figures.histogram<'module'>(
    'harp_resize_duration_ms',
    'From the decision until all threads are on the new cores',
    [0.05, 0.1, 0.5, 1, 2, 5, 10, 20, 50],
  );
  const holdings = new Map<string, Held>();
  const sumUp = (held: Held, nowMs: number): void => {
    held.coreMs += held.cores * (nowMs - held.sinceMs);
    held.sinceMs = nowMs;
  };
  figures.reading('counter', 'harp_core_seconds_total', 'Cores that workers have held, over time', () => {
    const present = new Set(workers().map(({ id, module }) => keyOf(module, id)));
    return Array.from(holdings, ([key, held]) => {
      // Workers of a plan that was replaced hold nothing any more.
      if (present.has(key)) sumUp(held, performance.now());
      return [{ module: held.module, worker: held.worker }, held.coreMs / 1000] as const;
    });
  });
  return {
    decided: (module, decision, wantedCores) => void decisions.set(module, { decision, wantedCores }),
    holds: (module, worker, cores) => {
      const nowMs = performance.now();
      const known = holdings.get(keyOf(module, worker));
      const held = known ?? { module, worker, cores, sinceMs: nowMs, coreMs: 0 };
      sumUp(held, nowMs);
      held.cores = cores;
      holdings.set(keyOf(module, worker), held);
    },
    resized: (module, worker, direction, tookMs) => {
      resizes({ module, worker, direction }).value += 1;
      took({ module }).observe(tookMs);
    },
  };
}
