/** Who is told that a worker came up or was lost: the dispatching, metrics, the live page, and the log. */
import type { CrewEvents } from './crew.ts';
import type { DispatchLoop } from './dispatch-loop.ts';
import type { CrewRecord } from './live/crew-record.ts';
import type { Metrics } from './metrics.ts';

export interface CrewWatchers {
  readonly loop: DispatchLoop;
  readonly metrics: Metrics;
  readonly record: CrewRecord;
  readonly onEvent: (text: string) => void;
}

export function watchCrew({ loop, metrics, record, onEvent }: CrewWatchers): CrewEvents {
  const lost = new Set<number>();
  return {
    onUp: ({ planned: { id }, module: { name } }, worker) => {
      if (lost.delete(id)) onEvent(`worker ${id} (${name}) is up again`);
      record.workerUp(id);
      metrics.scaling.holds(name, id, loop.coresOf(id));
      loop.workerUp(id, worker);
    },
    onDown: ({ planned: { id }, module: { name } }, reason, nextStartInMs) => {
      lost.add(id);
      record.workerLost(id);
      metrics.workerLost(name, id);
      metrics.scaling.holds(name, id, 0);
      onEvent(`worker ${id} (${name}) was lost: ${reason}; starting again in ${nextStartInMs} ms`);
      loop.workerDown(id);
    },
  };
}
