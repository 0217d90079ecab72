/** A recurrent network (Hochreiter and Schmidhuber: Long Short-Term Memory, 1997) that classifies short recordings. */
import type { Architecture } from '../architecture.ts';
import { BATCH } from '../graph.ts';
import { input } from '../value.ts';

export const lstm: Architecture = {
  description: 'recurrent classifier of 100 steps with 40 features each',
  build: (graph) => {
    const steps = input(graph, 'steps', [BATCH, 100, 40]);
    return { logits: steps.lstm(256).dense(35) };
  },
};
