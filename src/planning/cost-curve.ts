/**
 * What a module costs as a function of its latency, found by walking down from the loosest budget: a schedule stands until
 * just below its own worst case. Where padding is what keeps the budget, cost rises smoothly and is sampled instead.
 * Low-rate modules need that padding to be on the curve at all, so that splitting can weigh it.
 */
import type { ModuleProblem } from './problem.ts';
import { type Schedule, scheduleModule, type Terms } from './schedule-module.ts';

/** Just out of reach of the tolerance within which a worst case keeps its budget. */
const BELOW = 1 - 1e-8;

/** How much of the room above the fastest time is kept from one sample of a smooth piece to the next. */
const SAMPLE = 0.95;

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
  for (;;) {
    const schedule = scheduleModule(module, budgetMs, terms);
    if (schedule === undefined) break;
    // The heuristic may do better in less time; what it dominates is no choice.
    while (curve.length > 0 && curve.at(-1)!.costPerHour >= schedule.costPerHour) curve.pop();
    curve.push(schedule);
    if (budgetMs <= tightestMs) break;
    const smooth = schedule.dummyRps > 0 && schedule.worstCaseMs >= budgetMs * BELOW;
    const lowerMs = smooth ? tightestMs + (budgetMs - tightestMs) * SAMPLE : schedule.worstCaseMs * BELOW;
    // The last steps of a smooth piece are not worth taking one by one.
    budgetMs = lowerMs < tightestMs * 1.001 ? tightestMs : lowerMs;
  }
  return curve.reverse();
}
