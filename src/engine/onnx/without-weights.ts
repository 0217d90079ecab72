/**
 * A model without its weights, from which the runtime infers the shape of every value in milliseconds and without reading
 * hundreds of megabytes: large constants become inputs of the same type and shape, and every value becomes an output. Small
 * constants stay, since shapes may follow from them.
 */
import { elementCount } from '../../domain/tensor.ts';
import { dimension } from './dimension.ts';
import { datatypeOf } from './element-types.ts';
import { embedded } from './external-data.ts';
import { nodeConstant } from './node-constant.ts';
import { altered, type Message } from './schema.ts';

type Graph = Message<'GraphProto'>;
type Tensor = Message<'TensorProto'>;
type ValueInfo = Message<'ValueInfoProto'>;

/** More elements than any shape, list of axes or scales has. */
const SMALL_ELEMENTS = 256;

/**
 * @param file of the model: small constants may lie beside it
 * @param lengths by name of a dimension; others stay as they are
 */
export function withoutWeights<Model extends Message<'ModelProto'> & { graph: Graph }>(
  model: Model,
  file: string,
  lengths: Readonly<Record<string, number>>,
): Model {
  const { graph } = model;
  const large = new Map<string, ValueInfo>();
  const initializer = (graph.initializer ?? []).flatMap((tensor) => {
    if (!isLarge(tensor)) return [embedded(tensor, file)];
    large.set(tensor.name ?? '', tensorInfo(tensor.name ?? '', tensor));
    return [];
  });
  const stored = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]));
  const node = (graph.node ?? []).filter((each) => {
    const made = nodeConstant(each, stored);
    const name = each.output?.[0];
    if (made === undefined || name === undefined || !isLarge(made)) return true;
    large.set(name, tensorInfo(name, made));
    return false;
  });
  const values = node.flatMap(({ output }) => (output ?? []).filter((name) => name !== ''));
  const inputs = (graph.input ?? []).filter(({ name }) => !large.has(name ?? ''));
  return altered(model, {
    graph: altered(graph, {
      node,
      initializer,
      input: [...inputs.map((value) => withLengths(value, lengths)), ...large.values()],
      valueInfo: (graph.valueInfo ?? []).map((value) => withLengths(value, lengths)),
      // The runtime finds types and shapes by itself.
      output: [...new Set(values)].map((name) => ({ name })),
    }),
  } as Partial<Model>);
}

const isLarge = ({ dims, dataType }: Tensor): boolean =>
  elementCount((dims ?? []).map(Number)) > SMALL_ELEMENTS && datatypeOf(dataType ?? 0) !== undefined;

const tensorInfo = (name: string, { dims, dataType }: Tensor): ValueInfo => ({
  name,
  type: {
    tensorType: {
      elemType: dataType ?? 0,
      shape: { dim: (dims ?? []).map((dimValue) => ({ dimValue })) },
    },
  },
});

function withLengths(value: ValueInfo, lengths: Readonly<Record<string, number>>): ValueInfo {
  const tensorType = value.type?.tensorType;
  const dim = tensorType?.shape?.dim?.map((each, axis) => {
    const length = lengths[dimension(each, axis)];
    return length === undefined ? each : { dimValue: length };
  });
  if (!tensorType || dim === undefined) return value;
  return altered(value, { type: { tensorType: { ...tensorType, shape: { dim } } } });
}
