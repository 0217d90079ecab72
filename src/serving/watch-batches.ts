/** Who is told how a batch went: metrics, statistics, the live page, and who watches for drift. */
import type { BatchWatch } from './dispatch-ports.ts';
import type { CrewRecord } from './live/crew-record.ts';
import type { Metrics } from './metrics.ts';
import type { Statistics } from './statistics.ts';

export interface BatchWatchers {
  /** Names, by module. */
  readonly modules: readonly string[];
  readonly metrics: Metrics;
  readonly statistics: Statistics;
  readonly record: CrewRecord;
  /** Of a batch of this size on this worker, ms. */
  readonly plannedMs: (worker: number, size: number) => number;
  /** Of a worker, now. */
  readonly coresOf: (worker: number) => number;
  readonly onDuration: (module: number, computeMs: number, plannedMs: number) => void;
}

export const watchBatches = (watchers: BatchWatchers): BatchWatch => {
  const { modules, metrics, statistics, record, coresOf, onDuration } = watchers;
  return {
    ran: ({ module, worker, tasks: { length: size }, reason }, { computeMs }) => {
      const name = modules[module]!;
      const plannedMs = watchers.plannedMs(worker, size);
      const facts = { module, worker, size, computeMs, plannedMs, cores: coresOf(worker) };
      record.batchRun(facts, performance.now());
      metrics.batchRun(name, size, reason, computeMs, plannedMs);
      statistics.batchRun(name, size, computeMs);
      onDuration(module, computeMs, plannedMs);
    },
    failed: ({ module }) => metrics.batchFailed(modules[module]!),
  };
};
