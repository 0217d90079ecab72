/**
 * The dispatch rule `round-robin`: single requests go to the machines in turn, in proportion to their rates, and each machine
 * fills its batches from its own share; the dispatching that Nexus, InferLine and Clipper plan with (our reading). Turns
 * are spread smoothly as nginx spreads them: each machine gains its weight, the one with most goes and pays the sum. O(machines) a request.
 */
import { deferred } from './deferred-window.ts';
import type { DispatchRule } from './dispatcher.ts';

export const roundRobin: DispatchRule = (config) => {
  const { machineTypes, workers } = config;
  const alike = machineTypes.map((_, type) => workers.filter((worker) => worker.type === type).length);
  const weights = workers.map(({ type }) => machineTypes[type]!.rateRps / alike[type]!);
  const credits = workers.map(() => 0);
  return {
    ...deferred(config),
    assign: (_task, _nowMs, isUp) => {
      const anyUp = workers.some((_, position) => isUp(position));
      let chosen = -1;
      let sum = 0;
      for (let position = 0; position < workers.length; position++) {
        if (anyUp && !isUp(position)) continue;
        const weight = weights[position]!;
        sum += weight;
        credits[position]! += weight;
        if (chosen < 0 || credits[position]! > credits[chosen]!) chosen = position;
      }
      credits[chosen]! -= sum;
      return chosen;
    },
  };
};
