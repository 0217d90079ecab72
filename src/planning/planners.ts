/** The planners by name: one problem, one signature. */
import { planHarpagon } from './harpagon.ts';
import type { Planner } from './problem.ts';

export const PLANNERS = { harpagon: planHarpagon } as const satisfies Record<string, Planner>;

export type PlannerName = keyof typeof PLANNERS;
