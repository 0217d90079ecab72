/**
 * A model on its way to a batch axis: its nodes so far, and the constants and names that are added to it. What is to be changed is
 * decided in lift-batch.ts.
 */
import { ELEMENT_TYPE } from './element-types.ts';
import { nodeConstant } from './node-constant.ts';
import { readIntegers } from './read-integers.ts';
import { altered, type Message } from './schema.ts';

export type Model = Message<'ModelProto'> & { graph: Message<'GraphProto'> };
export type Node = Message<'NodeProto'>;
type ValueInfo = Message<'ValueInfoProto'>;

/** The name of the lifted axis, but where the model gives another dimension that name already. */
export function batchName({ graph }: Model): string {
  const taken = new Set(
    [...(graph.input ?? []), ...(graph.output ?? [])].flatMap(({ type }) =>
      (type?.tensorType?.shape?.dim ?? []).map(({ dimParam }) => dimParam),
    ),
  );
  let name = 'batch';
  while (taken.has(name)) name = `harp_${name}`;
  return name;
}

/** Prefix of what the lift adds. */
const ADDED = 'harp_lift';

export class LiftDraft {
  private readonly original: Model;
  /** The name of the lifted axis. */
  readonly batch: string;
  private readonly rowInput: string;
  private readonly constants: ReadonlyMap<string, Message<'TensorProto'>>;
  private readonly added: Message<'TensorProto'>[] = [];
  nodes: Node[];
  private usesBatchSize = false;
  private names = 0;

  constructor(model: Model) {
    const { graph } = model;
    this.original = model;
    this.batch = batchName(model);
    this.nodes = [...(graph.node ?? [])];
    const stored = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
    this.constants = new Map([
      ...stored,
      ...this.nodes.flatMap((node) => {
        const made = nodeConstant(node, stored);
        return made === undefined ? [] : [[node.output?.[0] ?? '', made] as const];
      }),
    ]);
    this.rowInput = (graph.input ?? []).find(({ name }) => !stored.has(name ?? ''))?.name ?? '';
  }

  /** As it is now; shapes of values between nodes are left for the runtime to infer. */
  model(): Model {
    const { graph } = this.original;
    const stored = new Set((graph.initializer ?? []).map(({ name }) => name));
    const isInput = ({ name }: ValueInfo): boolean => !stored.has(name);
    const lifted = (value: ValueInfo): ValueInfo => (isInput(value) ? this.withBatch(value) : value);
    return altered(this.original, {
      graph: altered(graph, {
        node: [...(this.usesBatchSize ? this.batchSizeNodes() : []), ...this.nodes],
        initializer: [...(graph.initializer ?? []), ...this.added],
        input: (graph.input ?? []).map(lifted),
        output: (graph.output ?? []).map(lifted),
        valueInfo: [],
      }),
    });
  }

  /** The values of a constant; undefined for what is computed. */
  integersOf(name: string | undefined): number[] | undefined {
    const tensor = this.constants.get(name ?? '');
    return tensor && readIntegers(tensor);
  }

  /** @returns the name of a new constant of these values */
  addIntegers(values: readonly number[]): string {
    const name = this.nextName();
    this.added.push(integerTensor(name, values));
    return name;
  }

  /**
   * A shape with the batch size at one axis.
   * @returns its name, and the nodes that compute it
   */
  addLengths(shape: readonly number[], axis: number): { readonly names: string; readonly nodes: Node[] } {
    this.usesBatchSize = true;
    const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
    const parts = [
      ...(before.length > 0 ? [this.addIntegers(before)] : []),
      `${ADDED}_batch_size`,
      ...(after.length > 0 ? [this.addIntegers(after)] : []),
    ];
    const names = this.nextName();
    const attribute = [{ name: 'axis', i: 0, type: 2 }];
    return { names, nodes: [{ opType: 'Concat', name: names, input: parts, output: [names], attribute }] };
  }

  nextName(): string {
    return `${ADDED}_${this.names++}`;
  }

  private batchSizeNodes(): Node[] {
    const [shape, size, zero] = [`${ADDED}_shape`, `${ADDED}_batch_size`, `${ADDED}_zero`];
    if (!this.added.some(({ name }) => name === zero)) this.added.push(integerTensor(zero, [0]));
    return [
      { opType: 'Shape', name: shape, input: [this.rowInput], output: [shape] },
      { opType: 'Gather', name: size, input: [shape, zero], output: [size] },
    ];
  }

  private withBatch(value: ValueInfo): ValueInfo {
    const tensorType = value.type?.tensorType;
    const dims = tensorType?.shape?.dim;
    if (!tensorType || dims?.[0] === undefined) return value;
    const dim = [{ dimParam: this.batch }, ...dims.slice(1)];
    return altered(value, { type: { tensorType: { ...tensorType, shape: { dim } } } });
  }
}

const integerTensor = (name: string, values: readonly number[]): Message<'TensorProto'> => ({
  name,
  dataType: ELEMENT_TYPE.INT64,
  dims: [values.length],
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});
