/**
 * What a loaded application asks of a planner: its modules with their rates and the operating points worth planning with. Here the
 * reserve leaves the SLO, and here it comes back: planners know only the time that the engine may spend.
 */
import type { LoadedApplication } from '../domain/application.ts';
import { type Billing, engineMs, type Plan } from '../domain/plan.ts';
import { frontier } from '../latency/frontier.ts';
import { operatingPoints } from '../latency/operating-points.ts';
import type { PlanningProblem } from './problem.ts';

export const poseProblem = (
  { name, rateRps, sloMs, reserveMs, modules, hardware }: LoadedApplication,
  billing: Billing,
): PlanningProblem => ({
  application: name,
  rateRps,
  sloMs: engineMs({ sloMs, reserveMs }),
  ...(reserveMs && { reserveMs }),
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

/** A plan of the posed problem as one of the application: with the SLO that its clients were promised, and what is kept of it. */
export function asAsked(plan: Plan, { sloMs, reserveMs = 0 }: LoadedApplication): Plan {
  if (reserveMs === 0) return plan;
  const asked = { ...plan, sloMs, reserveMs };
  if (asked.feasible) return asked;
  const message = `${asked.reason.message}; ${reserveMs} ms of the SLO of ${sloMs} ms are kept in reserve`;
  return { ...asked, reason: { ...asked.reason, message } };
}
