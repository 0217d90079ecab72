/**
 * Gives a model that was exported for one row a batch axis: axis 0 of all inputs and outputs becomes a named dimension, and
 * constants that spell the batch out as 1 are made to follow it. Whether the result computes the same is for runs to prove.
 *
 * | spelled out                                        | becomes                                          |
 * |----------------------------------------------------|--------------------------------------------------|
 * | target of a Reshape                                | 0 (as its input) or -1 (what is left)             |
 * | sizes of a Resize                                  | the batch size joined with the other sizes        |
 * | a constant row in a Concat; states of a recurrence | the same, expanded to the batch                   |
 * | shapes of values between nodes                     | left out: the runtime infers them                 |
 */
import { ELEMENT_TYPE } from './element-types.ts';
import { nodeConstant } from './node-constant.ts';
import { readIntegers } from './read-integers.ts';
import { altered, type Message } from './schema.ts';

type Model = Message<'ModelProto'> & { graph: Message<'GraphProto'> };
type Node = Message<'NodeProto'>;
type ValueInfo = Message<'ValueInfoProto'>;
type Shape = readonly (number | string)[];

export type ShapesOf = (model: Model) => Promise<ReadonlyMap<string, Shape>>;

/** Rounds of repair: each finds what the one before uncovered. */
const MAX_ROUNDS = 100;

/**
 * @param model of one row: axis 0 of every input is 1
 * @param shapesOf the runtime's inference
 */
export async function liftBatch(model: Model, shapesOf: ShapesOf): Promise<Model> {
  const fixed = await shapesOf(model);
  const lift = new Lift(model);
  lift.freeReshapes(fixed);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (!lift.followBatch(await shapesOf(lift.model()), fixed)) break;
  }
  return lift.model();
}

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

class Lift {
  private readonly original: Model;
  private readonly batch: string;
  private readonly rowInput: string;
  private readonly constants: ReadonlyMap<string, Message<'TensorProto'>>;
  private readonly added: Message<'TensorProto'>[] = [];
  private nodes: Node[];
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

  /** Reshapes to one row: the target's first length follows the input. */
  freeReshapes(fixed: ReadonlyMap<string, Shape>): void {
    this.nodes = this.nodes.map((node) => {
      const target = this.targetOf(node);
      const [from, to] = [fixed.get(node.input?.[0] ?? ''), fixed.get(node.output?.[0] ?? '')];
      if (target === undefined || !isStatic(to) || to[0] !== 1 || target[0] === 0 || target[0] === -1)
        return node;
      const follows = from?.[0] === 1 && !allowsZero(node);
      const lengths = follows ? [0, ...target.slice(1)] : [-1, ...to.slice(1)];
      return this.withInput(node, 1, this.integers(lengths));
    });
  }

  /**
   * Mends the first places that lose the batch, by what the runtime infers of the model so far.
   * @returns whether anything was mended
   */
  followBatch(shapes: ReadonlyMap<string, Shape>, fixed: ReadonlyMap<string, Shape>): boolean {
    let mended = false;
    this.nodes = this.nodes.flatMap((node) => {
      const replacement = this.mend(node, shapes, fixed);
      if (replacement === undefined) return [node];
      mended = true;
      return replacement;
    });
    return mended;
  }

  private mend(
    node: Node,
    shapes: ReadonlyMap<string, Shape>,
    fixed: ReadonlyMap<string, Shape>,
  ): Node[] | undefined {
    const inputs = (node.input ?? []).map((name) => shapes.get(name));
    const axis = inputs[0]?.indexOf(this.batch) ?? -1;
    switch (node.opType) {
      case 'Reshape':
        return this.mendReshape(node, shapes, fixed);
      case 'Resize':
        return axis === 0 ? this.mendResize(node, inputs[0]!) : undefined;
      case 'Concat':
        return this.expandInputs(node, this.rowsToJoin(node, inputs), shapes);
      case 'LSTM':
      case 'GRU':
      case 'RNN':
        return axis === 1 ? this.expandInputs(node, STATES, shapes) : undefined;
      default:
        return undefined;
    }
  }

  /** The batch goes to the axis before which as many elements lie as before. */
  private mendReshape(
    node: Node,
    shapes: ReadonlyMap<string, Shape>,
    fixed: ReadonlyMap<string, Shape>,
  ): Node[] | undefined {
    // All lengths were known for one row: what is not known any more has the batch in it.
    const axis = shapes.get(node.input?.[0] ?? '')?.findIndex((length) => typeof length === 'string') ?? -1;
    const [from, to] = [fixed.get(node.input?.[0] ?? ''), fixed.get(node.output?.[0] ?? '')];
    const inferred = shapes.get(node.output?.[0] ?? '');
    const isStuck = axis >= 0 && isStatic(inferred);
    if (!isStuck || this.targetOf(node) === undefined || !isStatic(from) || !isStatic(to)) return undefined;
    const before = product(from.slice(0, axis));
    const candidates = to.flatMap((_, at) => (product(to.slice(0, at)) === before ? [at] : []));
    const at = candidates.find((each) => to[each] === 1) ?? candidates[0];
    if (at === undefined) return undefined;
    const target = to.map((length, each) => (each === at ? -1 : length));
    return [this.withInput(node, 1, this.integers(target))];
  }

  private mendResize(node: Node, from: Shape): Node[] | undefined {
    const sizes = this.constants.get(node.input?.[3] ?? '');
    const values = sizes && readIntegers(sizes);
    if (values === undefined || values.length !== from.length || values[0] !== 1) return undefined;
    const { names, nodes } = this.lengths(values, 0);
    return [...nodes, this.withInput(node, 3, names)];
  }

  /** Indices of inputs with one row where another has the batch. */
  private rowsToJoin(node: Node, inputs: readonly (Shape | undefined)[]): { index: number; axis: number }[] {
    const axis = inputs.map((shape) => shape?.indexOf(this.batch) ?? -1).find((each) => each >= 0) ?? -1;
    const joined = Number(node.attribute?.find(({ name }) => name === 'axis')?.i ?? 0);
    if (axis < 0 || axis === joined) return [];
    return inputs.map((_, index) => ({ index, axis }));
  }

  /** Inputs of a known shape whose batch is spelled out as 1 are expanded. */
  private expandInputs(
    node: Node,
    candidates: readonly { readonly index: number; readonly axis: number }[],
    shapes: ReadonlyMap<string, Shape>,
  ): Node[] | undefined {
    const before: Node[] = [];
    let mended = node;
    for (const { index, axis } of candidates) {
      const name = node.input?.[index];
      const shape = name ? shapes.get(name) : undefined;
      if (!isStatic(shape) || shape[axis] !== 1) continue;
      const { names, nodes } = this.lengths(shape, axis);
      const expanded = this.nextName();
      before.push(...nodes, { opType: 'Expand', name: expanded, input: [name!, names], output: [expanded] });
      mended = this.withInput(mended, index, expanded);
    }
    return before.length > 0 ? [...before, mended] : undefined;
  }

  /** A constant shape with the batch size at one axis, computed. */
  private lengths(
    shape: readonly number[],
    axis: number,
  ): { readonly names: string; readonly nodes: Node[] } {
    this.usesBatchSize = true;
    const [before, after] = [shape.slice(0, axis), shape.slice(axis + 1)];
    const parts = [
      ...(before.length > 0 ? [this.integers(before)] : []),
      `${ADDED}_batch_size`,
      ...(after.length > 0 ? [this.integers(after)] : []),
    ];
    const names = this.nextName();
    const attribute = [{ name: 'axis', i: 0, type: 2 }];
    return { names, nodes: [{ opType: 'Concat', name: names, input: parts, output: [names], attribute }] };
  }

  private batchSizeNodes(): Node[] {
    const [shape, size, zero] = [`${ADDED}_shape`, `${ADDED}_batch_size`, `${ADDED}_zero`];
    if (!this.added.some(({ name }) => name === zero)) this.added.push(integerTensor(zero, [0]));
    return [
      { opType: 'Shape', name: shape, input: [this.rowInput], output: [shape] },
      { opType: 'Gather', name: size, input: [shape, zero], output: [size] },
    ];
  }

  /** The constant target of a Reshape; undefined for other nodes and computed targets. */
  private targetOf({ opType, input }: Node): number[] | undefined {
    const tensor = opType === 'Reshape' ? this.constants.get(input?.[1] ?? '') : undefined;
    return tensor && readIntegers(tensor);
  }

  private withBatch(value: ValueInfo): ValueInfo {
    const tensorType = value.type?.tensorType;
    const dims = tensorType?.shape?.dim;
    if (!tensorType || dims?.[0] === undefined) return value;
    const dim = [{ dimParam: this.batch }, ...dims.slice(1)];
    return altered(value, { type: { tensorType: { ...tensorType, shape: { dim } } } });
  }

  private withInput(node: Node, index: number, name: string): Node {
    return altered(node, { input: (node.input ?? []).map((old, each) => (each === index ? name : old)) });
  }

  private integers(values: readonly number[]): string {
    const name = this.nextName();
    this.added.push(integerTensor(name, values));
    return name;
  }

  private nextName(): string {
    return `${ADDED}_${this.names++}`;
  }
}

/** Of a recurrence with steps on axis 0: lengths of the sequences, first hidden and cell state. */
const STATES = [
  { index: 4, axis: 0 },
  { index: 5, axis: 1 },
  { index: 6, axis: 1 },
];

const isStatic = (shape: Shape | undefined): shape is readonly number[] =>
  shape?.every((length) => typeof length === 'number' && length >= 0) ?? false;

const product = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);

const allowsZero = ({ attribute }: Node): boolean =>
  Number(attribute?.find(({ name }) => name === 'allowzero')?.i ?? 0) === 1;

const integerTensor = (name: string, values: readonly number[]): Message<'TensorProto'> => ({
  name,
  dataType: ELEMENT_TYPE.INT64,
  dims: [values.length],
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});
