/**
 * Counts a model's parameters as papers do: the elements of its constant tensors, but not of 64-bit integers (shapes
 * and indices), truth values or single numbers (limits and factors), and not the running mean and variance of batch
 * normalisation, which are statistics of the data.
 */
import { elementCount } from '../../domain/tensor.ts';
import { ELEMENT_TYPE } from './element-types.ts';
import { nodeConstant } from './node-constant.ts';
import type { Message } from './schema.ts';
import { everyGraph } from './walk-graph.ts';

interface Constant {
  readonly name: string;
  readonly elementType: number;
  readonly dims: readonly number[];
}

const NO_PARAMETERS: ReadonlySet<number> = new Set([
  ELEMENT_TYPE.INT64,
  ELEMENT_TYPE.BOOL,
  ELEMENT_TYPE.BYTES,
]);

export function countParameters(graph: Message<'GraphProto'>): number {
  let parameters = 0;
  for (const inner of everyGraph(graph)) {
    const statistics = runningStatistics(inner);
    for (const { name, elementType, dims } of constants(inner)) {
      if (dims.length === 0 || NO_PARAMETERS.has(elementType) || statistics.has(name)) continue;
      parameters += elementCount(dims);
    }
  }
  return parameters;
}

const runningStatistics = ({ node }: Message<'GraphProto'>): ReadonlySet<string> =>
  new Set(
    (node ?? [])
      .filter(({ opType }) => opType === 'BatchNormalization')
      .flatMap(({ input }) => (input ?? []).slice(3)),
  );

/** Stored tensors, and those that a node makes of nothing else: Constant, and ConstantOfShape of a stored shape. */
function* constants({ initializer, sparseInitializer, node }: Message<'GraphProto'>): Generator<Constant> {
  const stored = new Map((initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  for (const [name, tensor] of stored) yield constant(name, tensor);
  for (const { values } of sparseInitializer ?? []) if (values) yield constant(values.name ?? '', values);
  for (const each of node ?? []) {
    const made = nodeConstant(each, stored);
    if (made) yield constant(each.output?.[0] ?? '', made);
  }
}

const constant = (name: string, { dataType, dims }: Message<'TensorProto'>): Constant => ({
  name,
  elementType: dataType ?? 0,
  dims: (dims ?? []).map(Number),
});
