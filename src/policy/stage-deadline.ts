/** When a stage of a request is due, by the rule in force. */
import type { DeadlineRule } from '../domain/enforcement.ts';
import type { Ticket } from './ticket.ts';

/** @returns ms; never later than what lies downstream allows */
export function stageDeadlineMs(
  rule: DeadlineRule,
  { route, arrivedMs, deadlineMs }: Pick<Ticket, 'route' | 'arrivedMs' | 'deadlineMs'>,
  stage: number,
  nowMs: number,
): number {
  const { dueMs, worstCaseMs, downstreamFastestMs } = route.stages[stage]!;
  const latestMs = deadlineMs - downstreamFastestMs;
  if (rule === 'planned') return Math.min(latestMs, arrivedMs + dueMs);
  if (rule === 'local') return Math.min(latestMs, nowMs + worstCaseMs);
  // What is the last has all that is left: no rounding takes a part of it.
  if (rule === 'share' && dueMs < route.worstCaseMs)
    return Math.min(latestMs, arrivedMs + ((deadlineMs - arrivedMs) * dueMs) / route.worstCaseMs);
  return latestMs;
}
