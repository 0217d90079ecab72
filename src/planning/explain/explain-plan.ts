/**
 * Explains a plan by planning its neighbours: other SLOs, other rates, without the points it uses. A few hundred plans, so
 * the planner that is handed in decides the time it takes.
 */
import type { LoadedApplication } from '../../domain/application.ts';
import type { Explanation, Margin } from '../../domain/explanation.ts';
import type { FeasiblePlan } from '../../domain/plan.ts';
import { explainModules, type Replan } from './explain-modules.ts';
import { findMargin } from './find-margin.ts';

/** SLOs of the curve, evenly up to twice the plan's. */
const CURVE_POINTS = 60;

/** How many times the SLO and the rate are looked at for a change. */
const REACH = 16;

/** @param expired whether time is up; then the explanation says what is known so far */
export function explainPlan(
  plan: FeasiblePlan,
  application: LoadedApplication,
  replan: Replan,
  expired: () => boolean,
): Explanation {
  const costOf = (changes: Partial<LoadedApplication>): number | undefined => {
    const replanned = replan({ ...application, ...changes });
    return replanned.feasible ? replanned.costPerHour : undefined;
  };
  const { costPerHour } = plan;
  const margin = (key: 'sloMs' | 'rateRps', times: number): Margin | undefined =>
    findMargin({
      here: plan[key],
      costPerHour,
      costAt: (position) => costOf({ [key]: position }),
      limit: plan[key] * times,
      expired,
    });
  // Where time is short: margins first, which are known or not; of runner-ups and the curve some are better than none.
  const margins = {
    tighterSlo: margin('sloMs', 1 / REACH),
    looserSlo: margin('sloMs', REACH),
    higherRate: margin('rateRps', REACH),
    lowerRate: margin('rateRps', 1 / REACH),
  };
  return {
    modules: explainModules(plan, application, replan, expired),
    ...margins,
    costOverSlo: sampleCosts(plan.sloMs, (sloMs) => costOf({ sloMs }), expired),
    complete: !expired(),
  };
}

function sampleCosts(
  sloMs: number,
  costAt: (sloMs: number) => number | undefined,
  expired: () => boolean,
): Explanation['costOverSlo'] {
  const samples: Explanation['costOverSlo'] = [];
  // From the loose end: where time is short, the dear tight end is what is missing.
  for (let step = CURVE_POINTS; step >= 1 && !expired(); step--) {
    const position = (sloMs * 2 * step) / CURVE_POINTS;
    const costPerHour = costAt(position);
    // A search that was cut short says nothing.
    if (costPerHour === undefined || expired()) break;
    samples.push({ sloMs: position, costPerHour });
  }
  return samples.reverse();
}
