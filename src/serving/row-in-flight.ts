/**
 * One row of a client's request on its way through the modules: what came with it, what the modules have given so far, and
 * which slots hold what the next ones read.
 */
import type { Tensor } from '../domain/tensor.ts';
import type { DataFlow } from './data-flow.ts';
import type { EndDecision } from './dispatch-loop.ts';
import { joinRows, partsOf } from './rows.ts';
import type { ServedModule } from './served-module.ts';

/** How the request's last batch went. */
export interface RowFacts {
  readonly queueMs: number;
  readonly computeMs: number;
  readonly batchSize: number;
  readonly worker: number;
}

export interface RowEnd {
  readonly decision: EndDecision;
  /** Where a batch failed. */
  readonly failure: Error | undefined;
  /** What a module gave; of one that has run. */
  readonly output: (module: number, tensor: string) => Tensor;
  readonly facts: RowFacts | undefined;
}

/** A slot that is taken, of the module's file. */
export interface TakenSlot {
  readonly module: number;
  readonly slot: number;
}

export class RowInFlight {
  readonly flow: DataFlow;
  /** By stage; of a module called by itself, which one. */
  readonly stages: readonly number[];
  readonly arrivedMs = performance.now();
  readonly onEnd: (end: RowEnd) => void;
  facts: RowFacts | undefined;
  /** By stage and part. */
  private readonly slots: (TakenSlot | undefined)[][];
  private readonly modules: readonly ServedModule[];
  /** What the request brought, until it is all in slots. */
  private inputs: ReadonlyMap<string, Uint8Array>;
  /** By module, tensor and part. */
  private readonly outputs: Map<string, Tensor[]>[];
  /** What each part of a stage that splits reads, by stage, input and part. */
  private readonly parts: Uint8Array[][][] = [];
  /** By module that goes row by row: of which module, and by part of which of its parts. */
  private readonly descents = new Map<number, { readonly parent: number; readonly parentParts: number[] }>();
  /** Outputs of several parts, put together, by module and tensor. */
  private readonly joined: Map<string, Tensor>[];

  constructor(
    modules: readonly ServedModule[],
    flow: DataFlow,
    stages: readonly number[],
    inputs: ReadonlyMap<string, Uint8Array>,
    onEnd: (end: RowEnd) => void,
  ) {
    this.modules = modules;
    this.flow = flow;
    this.stages = stages;
    this.inputs = inputs;
    this.onEnd = onEnd;
    this.slots = stages.map(() => []);
    this.outputs = modules.map(() => new Map());
    this.joined = modules.map(() => new Map());
  }

  /** Stages that read nothing but the request, so that they can be put into slots on its arrival. */
  get readyStages(): number[] {
    return [...this.stages.keys()].filter((stage) =>
      this.sourcesOf(stage).every(({ from }) => from === 'request'),
    );
  }

  /** Lets what the request brought go where nothing else will read it. */
  dropInputs(): void {
    const isRead = this.stages.some(
      (_, stage) =>
        !this.readyStages.includes(stage) && this.sourcesOf(stage).some(({ from }) => from === 'request'),
    );
    if (!isRead) this.inputs = new Map();
  }

  /**
   * Into how many tasks the stage falls: the rows that its parents gave.
   * @param parentPart or that this part of its only parent gave; they come after those told before
   * @throws Error where they do not agree
   */
  split(stage: number, parentPart?: number): number {
    const module = this.stages[stage]!;
    if (!this.flow.splits[module]) return 1;
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
          : this.outputs[source.module]!.get(source.tensor)![parentPart]!;
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
        ? this.inputs.get(source.tensor)!
        : (this.parts[stage]?.[input]?.[part] ?? this.output(source.module, source.tensor).data),
    );
  }

  keep(module: number, part: number, tensor: Tensor): void {
    const parts = this.outputs[module]!.get(tensor.name) ?? [];
    parts[part] = tensor;
    this.outputs[module]!.set(tensor.name, parts);
  }

  /** What a module that is done gave, the rows of its tasks after one another, whichever were done first. */
  output(module: number, tensor: string): Tensor {
    const parts = this.outputs[module]!.get(tensor);
    if (parts?.length === 1) return parts[0]!;
    if (parts !== undefined) {
      const known = this.joined[module]!.get(tensor);
      const joined = known ?? joinRows(tensor, this.inOrder(module, parts));
      this.joined[module]!.set(tensor, joined);
      return joined;
    }
    const { datatype, shape } = this.modules[module]!.outputs.find(({ name }) => name === tensor)!;
    const dims = [0, ...shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : 0))];
    return { name: tensor, datatype, dims, data: new Uint8Array(0) };
  }

  slot(stage: number, part: number): number | undefined {
    return this.slots[stage]![part]?.slot;
  }

  take(stage: number, part: number, slot: number): void {
    this.slots[stage]![part] = { module: this.stages[stage]!, slot };
  }

  get takenSlots(): TakenSlot[] {
    return this.slots.flat().filter((slot) => slot !== undefined);
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

  private sourcesOf(stage: number) {
    return this.flow.sources[this.stages[stage]!]!;
  }
}
