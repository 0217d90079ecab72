/**
 * The planner `harpagon`: dispatching, multi-tuple scheduling with dummies, and splitting of the SLO over the DAG, after
 * Zhao et al., "Harpagon: Minimizing DNN Serving Cost via Efficient Dispatching, Scheduling and Splitting" (arXiv
 * 2412.06161). The rule d + b/w is the paper's; the heuristics are our reading. A plan takes milliseconds.
 */
import { planByRules } from './plan-by-rules.ts';
import type { Planner, PlanningRules } from './problem.ts';

const HARPAGON: PlanningRules = {
  dispatch: 'batch-aware',
  maxPoints: Number.POSITIVE_INFINITY,
  dummies: true,
  hardware: 'mixed',
  batching: true,
  split: 'latency-cost-efficiency',
  reassignments: Number.POSITIVE_INFINITY,
};

export const planHarpagon: Planner = (problem, overrides) =>
  planByRules(problem, 'harpagon', { ...HARPAGON, ...overrides });

/** Harpagon without one of its parts, or with a baseline's in its place: what each of them earns. */
export const ABLATIONS = {
  'round-robin': { dispatch: 'round-robin' },
  'group-dispatch': { dispatch: 'group' },
  'one-point': { maxPoints: 1 },
  'two-points': { maxPoints: 2 },
  'no-dummies': { dummies: false },
  'no-reassigner': { reassignments: 0 },
  'one-reassignment': { reassignments: 1 },
  'one-hardware-type': { hardware: 'one-type' },
  'no-batching': { batching: false },
  'split-by-throughput': { split: 'throughput' },
  'split-by-10-ms': { split: 'quanta-of-10-ms' },
  'split-by-100-ms': { split: 'quanta-of-100-ms' },
  'no-node-merger': { split: 'without-node-merger' },
  'no-cost-direct': { split: 'without-cost-direct' },
} as const satisfies Readonly<Record<string, Partial<PlanningRules>>>;

export type AblationName = keyof typeof ABLATIONS;
export const ABLATION_NAMES = Object.keys(ABLATIONS) as readonly AblationName[];
