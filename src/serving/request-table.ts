/**
 * The tensors of the rows under way: what came with each, where its slots are, and what the modules have given so far.
 * Every row of a client's request is a request of its own to the policy.
 */
import type { Tensor } from '../domain/tensor.ts';
import type { BatchOutcome } from '../engine/worker-port.ts';
import type { TaskRef } from '../policy/events.ts';
import type { DataFlow } from './data-flow.ts';
import type { BatchCarrier, EndDecision, StartDecision } from './dispatch-loop.ts';
import type { SlotFile } from './slot-file.ts';

/** How the request's last batch went. */
export interface RowFacts {
  readonly queueMs: number;
  readonly computeMs: number;
  readonly batchSize: number;
  readonly worker: number;
}

export interface RowEnd {
  readonly decision: EndDecision;
  /** What the engine said, where a batch failed. */
  readonly failure: string | undefined;
  /** Outputs by "module/tensor", each one row; those of the modules that have run. */
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly facts: RowFacts | undefined;
}

interface Row {
  readonly flow: DataFlow;
  /** Route 0 is the application; of a module called by itself, which one. */
  readonly modules: readonly number[];
  /** What the request brought, until it is all in slots. */
  inputs: ReadonlyMap<string, Uint8Array>;
  /** By stage. */
  readonly slots: Map<number, number>;
  readonly outputs: Map<string, Tensor>;
  readonly arrivedMs: number;
  facts: RowFacts | undefined;
  readonly onEnd: (end: RowEnd) => void;
}

export const outputKey = (module: number, tensor: string): string => `${module}/${tensor}`;

export class RequestTable implements BatchCarrier {
  private readonly slotFiles: readonly SlotFile[];
  private readonly rows = new Map<number, Row>();
  private readonly onBatch: (start: StartDecision, outcome: BatchOutcome) => void;
  private nextId = 0;

  constructor(
    slotFiles: readonly SlotFile[],
    onBatch: (start: StartDecision, outcome: BatchOutcome) => void,
  ) {
    this.slotFiles = slotFiles;
    this.onBatch = onBatch;
  }

  get size(): number {
    return this.rows.size;
  }

  /**
   * Takes a row in, before the policy hears of it, and writes it into the slots of all stages that read nothing else, so
   * that no batch need wait for that.
   * @param modules of the route's stages
   * @param inputs one row of every tensor that the flow wants from the request
   * @returns the number by which the policy knows it
   * @throws Error ENOSPC where memory is short; nothing is kept then
   */
  add(
    flow: DataFlow,
    modules: readonly number[],
    inputs: ReadonlyMap<string, Uint8Array>,
    onEnd: (end: RowEnd) => void,
  ): number {
    const id = this.nextId++;
    const row: Row = {
      flow,
      modules,
      inputs,
      slots: new Map(),
      outputs: new Map(),
      arrivedMs: performance.now(),
      facts: undefined,
      onEnd,
    };
    this.rows.set(id, row);
    try {
      this.park(id, row);
    } catch (error) {
      this.forget(id, row);
      throw error;
    }
    return id;
  }

  /** Nobody waits for this row any more. */
  drop(id: number): void {
    const row = this.rows.get(id);
    if (row) this.forget(id, row);
  }

  slotsOf({ tasks }: StartDecision): number[] {
    return tasks.map((task) => this.slotOf(task));
  }

  keep(start: StartDecision, outcome: BatchOutcome): void {
    const nowMs = performance.now();
    start.tasks.forEach((task, index) => {
      const row = this.rows.get(task.request);
      if (row === undefined) return;
      for (const tensor of outcome.outputs) {
        row.outputs.set(outputKey(start.module, tensor.name), rowOf(tensor, index));
      }
      row.facts = {
        queueMs: Math.max(0, nowMs - row.arrivedMs - outcome.computeMs),
        computeMs: outcome.computeMs,
        batchSize: start.tasks.length,
        worker: start.worker,
      };
    });
    this.onBatch(start, outcome);
  }

  end(decision: EndDecision, failure?: string): void {
    const row = this.rows.get(decision.request);
    if (row === undefined) return;
    this.forget(decision.request, row);
    row.onEnd({ decision, failure, outputs: row.outputs, facts: row.facts });
  }

  private park(id: number, row: Row): void {
    const later = row.modules.filter((module, stage) => {
      const sources = row.flow.sources[module]!;
      if (sources.some(({ from }) => from === 'module'))
        return sources.some(({ from }) => from === 'request');
      this.slotOf({ request: id, stage });
      return false;
    });
    if (later.length === 0) row.inputs = new Map();
  }

  /** A row keeps its slot until it ends, so that a batch can run again on another worker. */
  private slotOf({ request, stage }: Omit<TaskRef, 'part'>): number {
    const row = this.rows.get(request)!;
    const known = row.slots.get(stage);
    if (known !== undefined) return known;
    const module = row.modules[stage]!;
    const slot = this.slotFiles[module]!.put(
      row.flow.sources[module]!.map((source) =>
        source.from === 'request'
          ? row.inputs.get(source.tensor)!
          : row.outputs.get(outputKey(source.module, source.tensor))!.data,
      ),
    );
    row.slots.set(stage, slot);
    return slot;
  }

  private forget(id: number, row: Row): void {
    this.rows.delete(id);
    for (const [stage, slot] of row.slots) this.slotFiles[row.modules[stage]!]!.release(slot);
  }
}

/** Row `index` of a batch, uncopied. */
export function rowOf({ name, datatype, dims, data }: Tensor, index: number): Tensor {
  const bytes = data.length / dims[0]!;
  return {
    name,
    datatype,
    dims: [1, ...dims.slice(1)],
    data: data.subarray(index * bytes, (index + 1) * bytes),
  };
}
