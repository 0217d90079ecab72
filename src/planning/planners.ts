/** The planners by name: one problem, one signature. */
import { planHarpagon } from './harpagon.ts';
import type { Planner, PlannerName } from './problem.ts';

export const PLANNERS: Readonly<Record<PlannerName, Planner>> = { harpagon: planHarpagon };
