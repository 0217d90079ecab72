/** The planners by name: one problem, one signature. */
import { planClipper } from './baselines/clipper.ts';
import { planInferline } from './baselines/inferline.ts';
import { planNexus } from './baselines/nexus.ts';
import { planScrooge } from './baselines/scrooge.ts';
import { planHarpagon } from './harpagon.ts';
import { planOptimal } from './optimal/plan-optimal.ts';
import type { Planner, PlannerName } from './problem.ts';

export const PLANNERS: Readonly<Record<PlannerName, Planner>> = {
  optimal: planOptimal,
  harpagon: planHarpagon,
  scrooge: planScrooge,
  nexus: planNexus,
  inferline: planInferline,
  clipper: planClipper,
};
