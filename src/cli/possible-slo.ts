/**
 * Where an SLO is too tight, a looser one that has a plan: the tightest by the model, found by doubling and halving, and from there
 * upwards the first that also keeps the guarantee. Cost: some twenty plans and a few replays, only where there is no plan, within
 * the time that the search for a plan may take. It is no proof that there is no tighter one.
 */
import type { LoadedApplication } from '../domain/application.ts';
import type { InfeasiblePlan, Plan } from '../domain/plan.ts';
import { poseProblem } from '../planning/pose-problem.ts';
import { formatUsd } from '../report/format.ts';
import { type ModelRequest, planByModel, replanWithin, timer } from './plan-by-model.ts';

/** What more time for a request helps against, and no number of machines. */
const TIGHT: readonly InfeasiblePlan['reason']['code'][] = ['slo-too-tight', 'no-point', 'not-found'];

const MOST_DOUBLINGS = 12;
/** Halving ends where the two are this close, relative: they read the same. */
const CLOSE = 1.005;
/** Of the tightest by the model: replays of random arrivals want more. */
const STEPS = [1, 1.02, 1.05, 1.1, 1.2, 1.5, 2];

/** @returns the plan; one that is refused for its SLO with one that has a plan, where one was found */
export function withPossibleSlo(plan: Plan, application: LoadedApplication, request: ModelRequest): Plan {
  if (plan.feasible || !TIGHT.includes(plan.reason.code)) return plan;
  const found = possiblePlan(plan, application, request);
  if (found === undefined) return plan;
  const { sloMs: possibleSloMs, costPerHour: possibleCostPerHour } = found;
  const message = `${plan.reason.message}; with an SLO of ${possibleSloMs} ms there is a plan, at ${formatUsd(possibleCostPerHour)} an hour`;
  return { ...plan, reason: { ...plan.reason, possibleSloMs, possibleCostPerHour, message } };
}

/** With the SLO as clients are promised it. */
function possiblePlan(
  { reason }: InfeasiblePlan,
  application: LoadedApplication,
  request: ModelRequest,
): { sloMs: number; costPerHour: number } | undefined {
  const { sloMs, reserveMs = 0 } = application;
  const expired = timer(request.timeLimitMs);
  const isPlanned = (ms: number): boolean =>
    !expired() &&
    replanWithin(request, poseProblem({ ...application, sloMs: ms }, request.billing), expired).feasible;
  const tightest = tightestMs(Math.max(sloMs, reserveMs + (reason.neededMs ?? 0)), isPlanned);
  if (tightest === undefined) return undefined;
  const late = timer(request.timeLimitMs);
  for (const ms of STEPS.map((step) => shortAbove(step * tightest))) {
    if (late()) return undefined;
    const plan = planByModel({ ...application, sloMs: ms }, request);
    if (plan.feasible) return { sloMs: ms, costPerHour: plan.costPerHour };
  }
  return undefined;
}

/** @param fromMs has none */
export function tightestMs(fromMs: number, isPlanned: (ms: number) => boolean): number | undefined {
  let tooTight = fromMs;
  let enough = 2 * fromMs;
  for (let doublings = 1; !isPlanned(enough); doublings++) {
    if (doublings === MOST_DOUBLINGS) return undefined;
    tooTight = enough;
    enough *= 2;
  }
  while (enough / tooTight > CLOSE) {
    const middle = (enough + tooTight) / 2;
    if (isPlanned(middle)) enough = middle;
    else tooTight = middle;
  }
  return enough;
}

/** The next number of three digits. */
function shortAbove(ms: number): number {
  const unit = 10 ** (Math.floor(Math.log10(ms)) - 2);
  return Number((Math.ceil(ms / unit - 1e-9) * unit).toPrecision(3));
}
