/** A multilayer perceptron, small enough for tests and first steps: 128 features, two hidden layers, 10 classes. */
import type { Architecture } from '../architecture.ts';
import { BATCH } from '../graph.ts';
import { input } from '../value.ts';

export const mlp: Architecture = {
  description: 'multilayer perceptron on 128 features; small, for first steps',
  build: (graph) => {
    const features = input(graph, 'features', [BATCH, 128]);
    return { logits: features.dense(256).relu().dense(256).relu().dense(10) };
  },
};
