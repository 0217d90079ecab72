/** What a loaded application asks of a planner: its modules with their rates and the operating points worth planning with. */
import type { LoadedApplication } from '../domain/application.ts';
import type { Billing } from '../domain/plan.ts';
import { frontier } from '../latency/frontier.ts';
import { operatingPoints } from '../latency/operating-points.ts';
import type { PlanningProblem } from './problem.ts';

export const poseProblem = (
  { name, rateRps, sloMs, modules, hardware }: LoadedApplication,
  billing: Billing,
): PlanningProblem => ({
  application: name,
  rateRps,
  sloMs,
  billing,
  hardware,
  modules: modules.map(({ name, after, perRequest, points }) => ({
    name,
    after,
    perRequest,
    rateRps: rateRps * perRequest,
    points: frontier(operatingPoints(points, hardware), hardware),
  })),
});
