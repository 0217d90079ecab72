/**
 * The planner `nexus`, after Shen et al., "Nexus: A GPU Cluster Engine for Accelerating DNN-Based Video Analysis" (SOSP
 * 2019): full machines run the batch that fits twice into the budget, the residual rate the largest batch with ℓ(b) + b/rate
 * in it (its section 4.1). Machines that several models share are billed by their share, as its packing would. The split is
 * dynamic programming over a budget in quanta (its section 6.2, which we have not read: 1 % of the SLO is our choice).
 */
import { planByRules } from '../plan-by-rules.ts';
import type { Planner, PlanningRules } from '../problem.ts';

const NEXUS: PlanningRules = {
  dispatch: 'round-robin',
  maxPoints: 2,
  dummies: false,
  hardware: 'one-type',
  batching: true,
  split: 'quanta-of-1-percent',
  reassignments: 0,
};

export const planNexus: Planner = (problem) => planByRules(problem, 'nexus', NEXUS);
