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
import { LiftDraft, type Model, type Node } from './lift-draft.ts';
import { altered } from './schema.ts';

type Shape = readonly (number | string)[];
/** By the names of values. */
type Shapes = ReadonlyMap<string, Shape>;

export type ShapesOf = (model: Model) => Promise<Shapes>;

/** Rounds of repair: each finds what the one before uncovered. */
const MAX_ROUNDS = 100;

/**
 * @param model of one row: axis 0 of every input is 1
 * @param shapesOf the runtime's inference
 */
export async function liftBatch(model: Model, shapesOf: ShapesOf): Promise<Model> {
  const fixed = await shapesOf(model);
  const draft = new LiftDraft(model);
  freeReshapes(draft, fixed);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    if (!followBatch(draft, await shapesOf(draft.model()), fixed)) break;
  }
  return draft.model();
}

/** Reshapes to one row: the target's first length follows the input. */
function freeReshapes(draft: LiftDraft, fixed: Shapes): void {
  draft.nodes = draft.nodes.map((node) => {
    const target = targetOf(draft, node);
    const [from, to] = [fixed.get(node.input?.[0] ?? ''), fixed.get(node.output?.[0] ?? '')];
    if (target === undefined || !isStatic(to) || to[0] !== 1 || target[0] === 0 || target[0] === -1)
      return node;
    const follows = from?.[0] === 1 && !allowsZero(node);
    const lengths = follows ? [0, ...target.slice(1)] : [-1, ...to.slice(1)];
    return withInput(node, 1, draft.addIntegers(lengths));
  });
}

/**
 * Mends the first places that lose the batch, by what the runtime infers of the model so far.
 * @returns whether anything was mended
 */
function followBatch(draft: LiftDraft, shapes: Shapes, fixed: Shapes): boolean {
  let mended = false;
  draft.nodes = draft.nodes.flatMap((node) => {
    const replacement = mend(draft, node, shapes, fixed);
    if (replacement === undefined) return [node];
    mended = true;
    return replacement;
  });
  return mended;
}

function mend(draft: LiftDraft, node: Node, shapes: Shapes, fixed: Shapes): Node[] | undefined {
  const inputs = (node.input ?? []).map((name) => shapes.get(name));
  const axis = inputs[0]?.indexOf(draft.batch) ?? -1;
  switch (node.opType) {
    case 'Reshape':
      return mendReshape(draft, node, shapes, fixed);
    case 'Resize':
      return axis === 0 ? mendResize(draft, node, inputs[0]!) : undefined;
    case 'Concat':
      return expandInputs(draft, node, rowsToJoin(draft, node, inputs), shapes);
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return axis === 1 ? expandInputs(draft, node, STATES, shapes) : undefined;
    default:
      return undefined;
  }
}

/** The batch goes to the axis before which as many elements lie as before. */
function mendReshape(draft: LiftDraft, node: Node, shapes: Shapes, fixed: Shapes): Node[] | undefined {
  // All lengths were known for one row: what is not known any more has the batch in it.
  const axis = shapes.get(node.input?.[0] ?? '')?.findIndex((length) => typeof length === 'string') ?? -1;
  const [from, to] = [fixed.get(node.input?.[0] ?? ''), fixed.get(node.output?.[0] ?? '')];
  const inferred = shapes.get(node.output?.[0] ?? '');
  const isStuck = axis >= 0 && isStatic(inferred);
  if (!isStuck || targetOf(draft, node) === undefined || !isStatic(from) || !isStatic(to)) return undefined;
  const before = product(from.slice(0, axis));
  const candidates = to.flatMap((_, at) => (product(to.slice(0, at)) === before ? [at] : []));
  const at = candidates.find((each) => to[each] === 1) ?? candidates[0];
  if (at === undefined) return undefined;
  const target = to.map((length, each) => (each === at ? -1 : length));
  return [withInput(node, 1, draft.addIntegers(target))];
}

function mendResize(draft: LiftDraft, node: Node, from: Shape): Node[] | undefined {
  const values = draft.integersOf(node.input?.[3]);
  if (values === undefined || values.length !== from.length || values[0] !== 1) return undefined;
  const { names, nodes } = draft.addLengths(values, 0);
  return [...nodes, withInput(node, 3, names)];
}

/** Indices of inputs with one row where another has the batch. */
function rowsToJoin(
  draft: LiftDraft,
  node: Node,
  inputs: readonly (Shape | undefined)[],
): { index: number; axis: number }[] {
  const axis = inputs.map((shape) => shape?.indexOf(draft.batch) ?? -1).find((each) => each >= 0) ?? -1;
  const joined = Number(node.attribute?.find(({ name }) => name === 'axis')?.i ?? 0);
  if (axis < 0 || axis === joined) return [];
  return inputs.map((_, index) => ({ index, axis }));
}

/** Inputs of a known shape whose batch is spelled out as 1 are expanded. */
function expandInputs(
  draft: LiftDraft,
  node: Node,
  candidates: readonly { readonly index: number; readonly axis: number }[],
  shapes: Shapes,
): Node[] | undefined {
  const before: Node[] = [];
  let mended = node;
  for (const { index, axis } of candidates) {
    const name = node.input?.[index];
    const shape = name ? shapes.get(name) : undefined;
    if (!isStatic(shape) || shape[axis] !== 1) continue;
    const { names, nodes } = draft.addLengths(shape, axis);
    const expanded = draft.nextName();
    before.push(...nodes, { opType: 'Expand', name: expanded, input: [name!, names], output: [expanded] });
    mended = withInput(mended, index, expanded);
  }
  return before.length > 0 ? [...before, mended] : undefined;
}

/** Of a recurrence with steps on axis 0: lengths of the sequences, first hidden and cell state. */
const STATES = [
  { index: 4, axis: 0 },
  { index: 5, axis: 1 },
  { index: 6, axis: 1 },
];

/** The constant target of a Reshape; undefined for other nodes and computed targets. */
const targetOf = (draft: LiftDraft, { opType, input }: Node): number[] | undefined =>
  opType === 'Reshape' ? draft.integersOf(input?.[1]) : undefined;

const withInput = (node: Node, index: number, name: string): Node =>
  altered(node, { input: (node.input ?? []).map((old, each) => (each === index ? name : old)) });

const isStatic = (shape: Shape | undefined): shape is readonly number[] =>
  shape?.every((length) => typeof length === 'number' && length >= 0) ?? false;

const product = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);

const allowsZero = ({ attribute }: Node): boolean =>
  Number(attribute?.find(({ name }) => name === 'allowzero')?.i ?? 0) === 1;
