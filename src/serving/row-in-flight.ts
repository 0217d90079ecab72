/**
 * One row of a client's request on its way through the modules: what came with it, what the modules have given so far, and
 * which slots hold what the next ones read.
 */
import type { Tensor } from '../domain/tensor.ts';
import type { Callable } from './callables.ts';
import type { Source } from './data-flow.ts';
import type { EndDecision } from './dispatch-ports.ts';
import type { ModuleRun } from './module-run.ts';
import { PartOrder } from './part-order.ts';
import { type RanBatch, type RowFacts, RowHistory } from './row-history.ts';
import { joinRows, partsOf, rowOf } from './rows.ts';
import type { ServedModule } from './served-module.ts';

/** A batch that has run. */
export interface KeptBatch extends RanBatch {
  /** Axis 0 has one entry per row of the batch. */
  readonly outputs: readonly Tensor[];
}

/** A row that has come to its end. */
export interface RowEnd {
  readonly decision: EndDecision;
  /** Where a batch failed. */
  readonly failure: Error | undefined;
  /** The module where it expired or failed. */
  readonly failedIn: string | undefined;
  readonly facts: RowFacts | undefined;
  /** Of the modules that have run. */
  readonly runs: readonly ModuleRun[];
  /** What a module gave; of one that has run. */
  output(module: number, tensor: string): Tensor;
}

/** A row of a request's tensors, or of what a batch gave. */
export interface TensorRow {
  readonly tensors: readonly Tensor[];
  readonly row: number;
  /** That the tensors have. */
  readonly rows: number;
}

/** What of a callable says how its rows go. */
export type Way = Pick<Callable, 'flow' | 'modules' | 'readyStages' | 'readsLater'>;

export class RowInFlight {
  readonly way: Way;
  readonly arrivedMs = performance.now();
  private readonly history: RowHistory;
  private readonly onEnd: (end: RowEnd) => void;
  private readonly modules: readonly ServedModule[];
  /** What the request brought, until it is all in slots. */
  private inputs: TensorRow | undefined;
  /** By stage and part. */
  private readonly slots: (number | undefined)[][] = [];
  /** By module and part. */
  private readonly given: TensorRow[][] = [];
  /** What each part of a stage that splits reads, by stage, input and part. */
  private readonly parts: Uint8Array[][][] = [];
  private readonly order = new PartOrder();

  constructor(modules: readonly ServedModule[], way: Way, inputs: TensorRow, onEnd: (end: RowEnd) => void) {
    this.modules = modules;
    this.way = way;
    this.history = new RowHistory(modules, way, this.arrivedMs);
    this.inputs = inputs;
    this.onEnd = onEnd;
  }

  /** Lets what the request brought go where nothing else will read it. */
  dropInputs(): void {
    if (!this.way.readsLater) this.inputs = undefined;
  }

  /**
   * Into how many tasks the stage falls: the rows that its parents gave.
   * @param parentPart or that this part of its only parent gave; they come after those told before
   * @throws Error where they do not agree
   */
  split(stage: number, parentPart?: number): number {
    const module = this.way.modules[stage]!;
    if (!this.way.flow.splits[module]) return 1;
    const { fields } = this.modules[module]!.layout;
    const sources = this.sourcesOf(stage);
    this.parts[stage] ??= sources.map(() => []);
    let count: number | undefined;
    let parent: number | undefined;
    for (const [input, source] of sources.entries()) {
      if (source.from === 'request') continue;
      const given =
        parentPart === undefined
          ? this.output(source.module, source.tensor)
          : tensorOf(this.given[source.module]![parentPart]!, source.tensor);
      const parts = partsOf(given, fields[input]!.bytes);
      count ??= parts.length;
      if (parts.length !== count) {
        throw new Error(`input "${fields[input]!.name}" has ${parts.length} rows where others have ${count}`);
      }
      this.parts[stage]![input]!.push(...parts);
      parent = source.module;
    }
    if (parent !== undefined && parentPart !== undefined)
      this.order.descend(module, parent, parentPart, count!);
    return count ?? 1;
  }

  /** What a task reads, in the order of its module's inputs. */
  read(stage: number, part: number): Uint8Array[] {
    return this.sourcesOf(stage).map((source, input) =>
      source.from === 'request'
        ? tensorOf(this.inputs!, source.tensor).data
        : (this.parts[stage]?.[input]?.[part] ?? this.output(source.module, source.tensor).data),
    );
  }

  /** A batch has run with a task of the module as its row `row`. */
  keep(module: number, part: number, batch: KeptBatch, row: number): void {
    this.given[module] ??= [];
    this.given[module][part] = { tensors: batch.outputs, row, rows: batch.size };
    this.history.ran({ module, part, parentPart: this.order.parentOf(module, part) }, batch);
  }

  /** What a module that is done gave, the rows of its tasks after one another, whichever were done first. */
  output(module: number, tensor: string): Tensor {
    const given = this.given[module];
    if (given !== undefined) {
      const parts = this.order.inOrder(module, given).map((part) => tensorOf(part, tensor));
      return joinRows(tensor, parts);
    }
    const { datatype, shape } = this.modules[module]!.outputs.find(({ name }) => name === tensor)!;
    const dims = [0, ...shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : 0))];
    return { name: tensor, datatype, dims, data: new Uint8Array(0) };
  }

  slot(stage: number, part: number): number | undefined {
    return this.slots[stage]?.[part];
  }

  take(stage: number, part: number, slot: number): void {
    this.slots[stage] ??= [];
    this.slots[stage][part] = slot;
  }

  /** @param release is told of every slot that is taken, of the module's file */
  releaseSlots(release: (module: number, slot: number) => void): void {
    this.slots.forEach((parts, stage) => {
      for (const slot of parts) if (slot !== undefined) release(this.way.modules[stage]!, slot);
    });
  }

  end(decision: EndDecision, failure: Error | undefined): void {
    const { facts, runs } = this.history;
    const failedIn = 'module' in decision ? this.modules[decision.module]!.name : undefined;
    const output = (module: number, tensor: string): Tensor => this.output(module, tensor);
    this.onEnd({ decision, failure, failedIn, facts, runs, output });
  }

  private sourcesOf(stage: number): readonly Source[] {
    return this.way.flow.sources[this.way.modules[stage]!]!;
  }
}

const tensorOf = ({ tensors, row, rows }: TensorRow, name: string): Tensor =>
  rowOf(tensors.find((tensor) => tensor.name === name)!, row, rows);
