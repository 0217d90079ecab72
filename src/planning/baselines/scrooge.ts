/**
 * The planner `scrooge`, after Hu, Ghosh and Govindan, "Scrooge: A Cost-Effective Deep Learning Inference System" (SoCC
 * 2021). We have read its abstract only: what follows is our reading of how Harpagon's authors compare with it. Machines of a
 * point fill their batches as one group; a module uses two points of any hardware; nothing is done about what is left over.
 */
import { planByRules } from '../plan-by-rules.ts';
import type { Planner, PlanningRules } from '../problem.ts';

const SCROOGE: PlanningRules = {
  dispatch: 'group',
  maxPoints: 2,
  dummies: false,
  hardware: 'mixed',
  batching: true,
  split: 'throughput',
  reassignments: 0,
};

export const planScrooge: Planner = (problem) => planByRules(problem, 'scrooge', SCROOGE);
