/**
 * What a plan leaves of its SLO for all that happens outside the engine: the network, HTTP, timers that ring late. What is planned may
 * be served at its very last moment, so what a plan does not leave is missing there.
 */
import { engineMs, type FeasiblePlan } from '../domain/plan.ts';
import { configurePolicy } from './configure-policy.ts';

/**
 * What a server takes off each deadline, since carrying an answer from the engine to the client takes a moment, ms: a plan that leaves
 * less is behind before anything goes wrong. It is a time, not a share: what it covers does not grow with the SLO.
 */
export const ANSWER_MS = 2;

const LIMITS = { queueLimit: 1, timerLeadMs: 0, aheadMs: 0 };

/** @returns ms, from when the last of its batches may be done, as the plan is served, to the end of the SLO */
export const timeOutsideMs = (plan: FeasiblePlan): number =>
  plan.sloMs - Math.min(engineMs(plan), doneMs(plan));

/** Where no batch waits for others nothing is put off to the last moment: what was seen counts, not what would be allowed. */
function doneMs(plan: FeasiblePlan): number {
  const { enforcement, verification } = plan;
  const waitsForNobody = enforcement?.dispatch === 'eager' && enforcement.dispatchAt === undefined;
  if (waitsForNobody && verification !== undefined) return verification.maxMs;
  const { deadlines, routes } = configurePolicy(plan, LIMITS).config;
  return deadlines === 'slo' || deadlines === 'share' ? plan.sloMs : routes[0]!.worstCaseMs;
}

/** Whether it runs, on a machine that was measured, with less time than that outside, and nobody has said that it should. */
export const isTight = (plan: FeasiblePlan): boolean =>
  plan.reserveMs === undefined &&
  plan.modules.some(({ measuredOn = {} }) => Object.keys(measuredOn).length > 0) &&
  timeOutsideMs(plan) < ANSWER_MS;
