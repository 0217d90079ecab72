/** When a stage of a request is due, by the rule in force. */
import type { PolicyConfig } from './policy-state.ts';
import type { Ticket } from './ticket.ts';

/**
 * Planned lengths have no part in the reserve; what is counted back from the end of the request leaves it.
 * @returns ms; never later than what lies downstream allows
 */
export function stageDeadlineMs(
  { deadlines: rule, reserveMs }: Pick<PolicyConfig, 'deadlines' | 'reserveMs'>,
  { route, arrivedMs, deadlineMs }: Pick<Ticket, 'route' | 'arrivedMs' | 'deadlineMs'>,
  stage: number,
  nowMs: number,
): number {
  const { dueMs, worstCaseMs, downstreamFastestMs } = route.stages[stage]!;
  const latestMs = deadlineMs - downstreamFastestMs;
  if (rule === 'planned') return Math.min(latestMs, arrivedMs + dueMs);
  if (rule === 'local') return Math.min(latestMs, nowMs + worstCaseMs);
  const keptMs = latestMs - reserveMs;
  // What is the last has all that is left: no rounding takes a part of it.
  if (rule === 'share' && dueMs < route.worstCaseMs)
    return Math.min(keptMs, arrivedMs + ((deadlineMs - reserveMs - arrivedMs) * dueMs) / route.worstCaseMs);
  return keptMs;
}
