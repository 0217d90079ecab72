/** What a file in architectures/ holds: a well-known network, as published but for its weights. */
import type { Graph } from './graph.ts';
import type { Value } from './value.ts';

export interface Architecture {
  /** One line for a list: what it is, and its input. */
  readonly description: string;
  /** Adds its inputs and layers to the graph, and returns its FP32 outputs by name. */
  readonly build: (graph: Graph) => Readonly<Record<string, Value>>;
}
