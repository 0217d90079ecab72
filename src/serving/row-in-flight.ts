/**
 * One row of a client's request on its way through the modules: what came with it, what the modules have given so far, and
 * which slots hold what the next ones read.
 */
import type { Tensor } from '../domain/tensor.ts';
import type { BatchOutcome } from '../engine/worker-port.ts';
import type { Callable } from './callables.ts';
import type { Source } from './data-flow.ts';
import type { EndDecision } from './dispatch-ports.ts';
import { joinRun, type ModuleRun } from './module-run.ts';
import { joinRows, partsOf, rowOf } from './rows.ts';
import type { ServedModule } from './served-module.ts';
import { type ModuleWay, WayTaken } from './way-taken.ts';

/** How the row went, up to its last batch. */
export interface RowFacts {
  /** All that was not computing: for others to fill a batch, for a machine, for the planned time of the next module. */
  readonly queueMs: number;
  /** Of the batches that the answer waited for, one after the other. */
  readonly computeMs: number;
  /** Of the last batch. */
  readonly batchSize: number;
  readonly worker: number;
  /** Of those that have run, where there are several. */
  readonly modules: readonly ModuleWay[];
}

/** A batch that has ended. */
interface RanBatch {
  readonly size: number;
  readonly computeMs: number;
  readonly worker: number;
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

interface Given extends TensorRow {
  readonly doneMs: number;
}

/** What of a callable says how its rows go. */
export type Way = Pick<Callable, 'flow' | 'modules' | 'readyStages' | 'readsLater'>;

const NO_WAYS: readonly ModuleWay[] = [];

export class RowInFlight {
  readonly way: Way;
  readonly arrivedMs = performance.now();
  facts: RowFacts | undefined;
  /** Where there are several modules. */
  private readonly taken: WayTaken | undefined;
  private readonly onEnd: (end: RowEnd) => void;
  private readonly modules: readonly ServedModule[];
  /** What the request brought, until it is all in slots. */
  private inputs: TensorRow | undefined;
  /** By stage and part. */
  private readonly slots: (number | undefined)[][] = [];
  /** By module and part. */
  private readonly given: Given[][] = [];
  /** By module; none of those that have not run. */
  private readonly runs: ModuleRun[] = [];
  /** What each part of a stage that splits reads, by stage, input and part. */
  private readonly parts: Uint8Array[][][] = [];
  /** By module that goes row by row: of which module, and by part of which of its parts. */
  private readonly descents = new Map<number, { readonly parent: number; readonly parentParts: number[] }>();

  constructor(modules: readonly ServedModule[], way: Way, inputs: TensorRow, onEnd: (end: RowEnd) => void) {
    this.modules = modules;
    this.taken = way.modules.length > 1 ? new WayTaken(modules) : undefined;
    this.way = way;
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
    if (parent !== undefined && parentPart !== undefined) this.descend(module, parent, parentPart, count!);
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

  /** A batch that is done now has given this for a task of the module. */
  keep(
    module: number,
    part: number,
    { outputs, computeMs }: BatchOutcome,
    row: number,
    rows: number,
    doneMs: number,
  ): void {
    this.given[module] ??= [];
    this.given[module][part] = { tensors: outputs, row, rows, doneMs };
    const readyMs = this.readyMs(module, part);
    const queueMs = Math.max(0, doneMs - readyMs - computeMs);
    const run = this.runs[module];
    if (run === undefined) {
      this.runs[module] = {
        module: this.modules[module]!.name,
        tasks: 1,
        readyMs,
        doneMs,
        queueMs,
        computeMs,
      };
    } else joinRun(run, { tasks: 1, readyMs, doneMs, queueMs, computeMs });
  }

  /** The batch of a task has ended. */
  ran(module: number, part: number, { size, computeMs, worker }: RanBatch, nowMs: number): void {
    const parentPart = this.descents.get(module)?.parentParts[part];
    const pathMs = this.taken?.ran({ module, part, parentPart }, size, computeMs) ?? computeMs;
    this.facts = {
      queueMs: Math.max(0, nowMs - this.arrivedMs - pathMs),
      computeMs: pathMs,
      batchSize: size,
      worker,
      modules: this.taken?.ways ?? NO_WAYS,
    };
  }

  /** What a module that is done gave, the rows of its tasks after one another, whichever were done first. */
  output(module: number, tensor: string): Tensor {
    const given = this.given[module];
    if (given !== undefined) {
      const parts = this.inOrder(module, given).map((part) => tensorOf(part, tensor));
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
    const { facts } = this;
    const runs = this.runs.filter((run) => run !== undefined);
    const failedIn = 'module' in decision ? this.modules[decision.module]!.name : undefined;
    const output = (module: number, tensor: string): Tensor => this.output(module, tensor);
    this.onEnd({ decision, failure, failedIn, facts, runs, output });
  }

  private descend(module: number, parent: number, parentPart: number, count: number): void {
    const descent = this.descents.get(module) ?? { parent, parentParts: [] };
    this.descents.set(module, descent);
    for (let row = 0; row < count; row++) descent.parentParts.push(parentPart);
  }

  /** What comes of a parent's rows, in the order of those rows. */
  private inOrder<Part>(module: number, parts: readonly Part[]): readonly Part[] {
    const descent = this.descents.get(module);
    if (descent === undefined) return parts;
    const { parent, parentParts } = descent;
    const parentOrder = this.inOrder(parent, [...Array(Math.max(...parentParts) + 1).keys()]);
    return parentOrder.flatMap((parentPart) => parts.filter((_, part) => parentParts[part] === parentPart));
  }

  /** When a task could begin: all that it reads was there. */
  private readyMs(module: number, part: number): number {
    const descent = this.descents.get(module);
    if (descent !== undefined) return this.given[descent.parent]![descent.parentParts[part]!]!.doneMs;
    let readyMs = this.arrivedMs;
    for (const source of this.way.flow.sources[module]!) {
      if (source.from === 'request') continue;
      // A parent that had nothing to do was done as soon as it could have begun.
      readyMs = Math.max(readyMs, this.runs[source.module]?.doneMs ?? this.readyMs(source.module, 0));
    }
    return readyMs;
  }

  private sourcesOf(stage: number): readonly Source[] {
    return this.way.flow.sources[this.way.modules[stage]!]!;
  }
}

const tensorOf = ({ tensors, row, rows }: TensorRow, name: string): Tensor =>
  rowOf(tensors.find((tensor) => tensor.name === name)!, row, rows);
