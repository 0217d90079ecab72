/**
 * The latency reassigner: splitting moves in steps and leaves latency over. It goes to the module that saves most with it,
 * as often as it may, or until nothing improves. Our reading: that module is scheduled anew in its worst case plus the slack of
 * its paths; upper ranks that fit come out as they were, so what changes is the residual workload.
 */
import { TOLERANCE } from '../domain/plan.ts';
import { pathsThrough } from './paths.ts';
import type { Schedule, ScheduleIn } from './schedule-module.ts';

export function reassignSlack(
  start: readonly Schedule[],
  parents: readonly number[][],
  sloMs: number,
  scheduleIn: ScheduleIn,
  reassignments: number,
): Schedule[] {
  const schedules = [...start];
  for (let done = 0; done < reassignments; done++) {
    const worstMs = schedules.map(({ worstCaseMs }) => worstCaseMs);
    const slackMs = pathsThrough(parents, worstMs).map((pathMs) => sloMs - pathMs);
    let best: { readonly module: number; readonly schedule: Schedule; readonly saved: number } | undefined;
    for (const [module, { worstCaseMs, costPerHour }] of schedules.entries()) {
      if (slackMs[module]! <= 0) continue;
      const schedule = scheduleIn(module, worstCaseMs + slackMs[module]!);
      if (schedule === undefined) continue;
      const saved = costPerHour - schedule.costPerHour;
      if (saved > (best?.saved ?? costPerHour * TOLERANCE)) best = { module, schedule, saved };
    }
    if (best === undefined) break;
    schedules[best.module] = best.schedule;
  }
  return schedules;
}
