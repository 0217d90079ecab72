/** What a plan leaves of its SLO for what happens outside the engine, in words. */
import type { FeasiblePlan } from '../domain/plan.ts';
import { timeOutsideMs } from '../policy/time-outside.ts';
import { formatMs } from './format.ts';

/** Rounding is nothing, ms. */
const NOTHING_MS = 0.001;

export function outsideText(plan: FeasiblePlan): string {
  const leftMs = timeOutsideMs(plan);
  return `${leftMs < NOTHING_MS ? 'nothing' : formatMs(leftMs)} of the SLO is left for what happens outside the engine`;
}
