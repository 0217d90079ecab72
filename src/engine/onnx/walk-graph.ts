/** Every graph and tensor of a model, also those inside the branches and bodies of If, Loop and Scan. */
import type { Message } from './schema.ts';

type Graph = Message<'GraphProto'>;
type Tensor = Message<'TensorProto'>;

/** The graph itself first, then those nested in its nodes. */
export function* everyGraph(graph: Graph): Generator<Graph> {
  yield graph;
  for (const node of graph.node ?? []) {
    for (const { g, graphs } of node.attribute ?? []) {
      for (const inner of g ? [g, ...(graphs ?? [])] : (graphs ?? [])) yield* everyGraph(inner);
    }
  }
}

/** Tensors stored in one graph: its initializers, and those that its nodes carry. */
export function* storedTensors(graph: Graph): Generator<Tensor> {
  yield* graph.initializer ?? [];
  for (const { values, indices } of graph.sparseInitializer ?? []) {
    if (values) yield values;
    if (indices) yield indices;
  }
  for (const node of graph.node ?? []) {
    for (const { t } of node.attribute ?? []) if (t) yield t;
  }
}
