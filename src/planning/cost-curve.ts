/**
 * What a module costs as a function of its latency, sampled by walking down from the loosest budget. A schedule stands until
 * just below its own worst case; the next budget is there, or one step lower, so that a curve has some dozens of entries.
 * Low-rate modules are on the curve with the padding that they need, so that splitting can weigh it.
 */
import type { ModuleProblem } from './problem.ts';
import { type Schedule, scheduleModule, type Terms } from './schedule-module.ts';

/** Just out of reach of the tolerance within which a worst case keeps its budget. */
const BELOW = 1 - 1e-8;

/** How much of the room above the fastest time is kept from one step to the next. */
const STEP = 0.9;

/** How closely the end of a curve is found, relative. */
const END = 1e-6;

/**
 * @param loosestMs the walk starts here
 * @param tightestMs and ends here, or where no schedule keeps the budget any more
 * @returns schedules by rising worst case and falling cost; empty where not even `loosestMs` can be kept
 */
export function costCurve(
  module: ModuleProblem,
  { loosestMs, tightestMs }: { loosestMs: number; tightestMs: number },
  terms: Terms,
): Schedule[] {
  const curve: Schedule[] = [];
  let budgetMs = Math.max(loosestMs, tightestMs);
  let keptMs = Number.POSITIVE_INFINITY;
  let failedMs: number | undefined;
  for (;;) {
    const schedule = scheduleModule(module, budgetMs, terms);
    if (schedule === undefined) {
      failedMs = budgetMs;
    } else {
      // The heuristic may do better in less time; what it dominates is no choice.
      while (curve.length > 0 && curve.at(-1)!.costPerHour >= schedule.costPerHour) curve.pop();
      curve.push(schedule);
      if (budgetMs <= tightestMs) break;
      keptMs = schedule.worstCaseMs;
    }
    if (failedMs === undefined) {
      budgetMs = nextBudget(keptMs, budgetMs, tightestMs);
    } else {
      // A step too far: the end of the curve lies between.
      if (curve.length === 0 || keptMs - failedMs <= keptMs * END) break;
      budgetMs = (keptMs + failedMs) / 2;
    }
  }
  return curve.reverse();
}

function nextBudget(keptMs: number, budgetMs: number, tightestMs: number): number {
  const steppedMs = tightestMs + (budgetMs - tightestMs) * STEP;
  const nextMs = Math.min(keptMs * BELOW, steppedMs);
  // Steps become ever smaller; the last ones are one.
  return nextMs < tightestMs * 1.001 ? tightestMs : nextMs;
}
