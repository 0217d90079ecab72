/** By which rules a server carries a plan out: which batch an idle machine starts, and when a request is due where. */
import { z } from 'zod';

/** Which batch an idle machine starts when the plan is enforced. */
export const DISPATCH_RULES = [
  'planned',
  'earliest-start',
  'rank-priority',
  'deferred',
  'eager',
  'round-robin',
  'aimd',
  'timeout',
] as const;
export type DispatchRuleName = (typeof DISPATCH_RULES)[number];

/**
 * When a request is due at a module: by the planned worst cases of the path from its arrival, by the budgets of that path, by
 * the module's own worst case from when it came there, by the SLO less what lies downstream, or by a part of the time that the
 * request itself brings, as the planned worst cases share it out.
 */
export const DEADLINE_RULES = ['planned', 'budget', 'local', 'slo', 'share'] as const;
export type DeadlineRule = (typeof DEADLINE_RULES)[number];

export const enforcementSchema = z.looseObject({
  dispatch: z.enum(DISPATCH_RULES).default('planned'),
  /** By name of modules that have another dispatch rule than the rest. */
  dispatchAt: z.record(z.string(), z.enum(DISPATCH_RULES)).optional(),
  deadlines: z.enum(DEADLINE_RULES).default('planned'),
  /** Whether results go to the next module at their planned times instead of at once. */
  paced: z.boolean().default(false),
});

/** The rules that a plan is served by. */
export type Enforcement = z.infer<typeof enforcementSchema>;

export const ENFORCEMENT: Enforcement = { dispatch: 'planned', deadlines: 'planned', paced: false };
