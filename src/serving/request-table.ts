/**
 * The tensors of the rows under way: what came with each, where its slots are, and what the modules have given so far.
 * Every row of a client's request is a request of its own to the policy.
 */
import type { BatchOutcome } from '../engine/worker-port.ts';
import { RisingTable } from '../numeric/rising-table.ts';
import type { BatchCarrier, EndDecision, StartDecision } from './dispatch-ports.ts';
import { type RowEnd, RowInFlight, type TensorRow, type Way } from './row-in-flight.ts';
import type { ServedModule } from './served-module.ts';
import type { SlotFile } from './slot-file.ts';

export class RequestTable implements BatchCarrier {
  private readonly modules: readonly ServedModule[];
  private readonly slotFiles: readonly SlotFile[];
  private readonly rows = new RisingTable<RowInFlight>();
  private nextId = 0;

  /** @param slotFiles of the modules */
  constructor(modules: readonly ServedModule[], slotFiles: readonly SlotFile[]) {
    this.modules = modules;
    this.slotFiles = slotFiles;
  }

  get size(): number {
    return this.rows.size;
  }

  /**
   * Takes a row in, before the policy hears of it, and writes it into the slots of all stages that read nothing else, so
   * that no batch need wait for that.
   * @returns the number by which the policy knows it
   * @throws Error ENOSPC where memory is short; nothing is kept then
   */
  add(way: Way, inputs: TensorRow, onEnd: (end: RowEnd) => void): number {
    const id = this.nextId++;
    const row = new RowInFlight(this.modules, way, inputs, onEnd);
    this.rows.set(id, row);
    try {
      for (const stage of way.readyStages) this.slotOf(row, stage, 0);
      row.dropInputs();
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
    return tasks.map(({ request, stage, part }) => this.slotOf(this.rows.get(request)!, stage, part));
  }

  tasksOf(request: number, stage: number, parentPart?: number): number {
    return this.rows.get(request)?.split(stage, parentPart) ?? 0;
  }

  keep(start: StartDecision, outcome: BatchOutcome): void {
    const { outputs, computeMs } = outcome;
    const { worker, tasks } = start;
    const batch = { outputs, computeMs, worker, size: tasks.length, doneMs: performance.now() };
    tasks.forEach(({ request, part }, row) => {
      this.rows.get(request)?.keep(start.module, part, batch, row);
    });
  }

  end(decision: EndDecision, failure?: Error): void {
    const row = this.rows.get(decision.request);
    if (row === undefined) return;
    this.forget(decision.request, row);
    row.end(decision, failure);
  }

  /** A task keeps its slot until its row ends, so that a batch can run again on another worker. */
  private slotOf(row: RowInFlight, stage: number, part: number): number {
    const known = row.slot(stage, part);
    if (known !== undefined) return known;
    const slot = this.slotFiles[row.way.modules[stage]!]!.put(row.read(stage, part));
    row.take(stage, part, slot);
    return slot;
  }

  private forget(id: number, row: RowInFlight): void {
    this.rows.delete(id);
    row.releaseSlots((module, slot) => this.slotFiles[module]!.release(slot));
  }
}
