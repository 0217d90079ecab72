/** The plan that is to be simulated: as it stands in its file, or made for an application as `harp plan` does without flags. */
import { HarpError } from '../domain/errors.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { loadPlan } from '../files/load-plan.ts';
import { readDocument } from '../files/read-document.ts';
import { runPlan } from './run-plan.ts';

/**
 * @param file a plan's, or "-" for one on stdin; an application's or a profile's
 * @param rateRps instead of the application's, as the SLO and the reserve
 * @throws HarpError `infeasible` where there is no plan; `usage` and `bad-input` for files
 */
export function planToSimulate(
  file: string,
  rateRps: number | undefined,
  sloMs: number | undefined,
  reserveMs: number | undefined,
): FeasiblePlan {
  if (file === '-' || kindOf(file) === 'plan') {
    if (reserveMs === undefined) return loadPlan(file);
    throw new HarpError('usage', 'a plan has been made with its reserve', {
      where: '--reserve',
      expected: 'an application or a profile, which is planned first',
      got: file === '-' ? 'a plan on stdin' : file,
      hint: 'Plan again with another: harp plan APP --reserve MS.',
    });
  }
  const plan = runPlan({
    application: file,
    rateRps,
    sloMs,
    reserveMs,
    planner: 'optimal',
    ablation: undefined,
    timeLimitMs: 2000,
    billing: 'proportional',
    statistic: undefined,
    dummies: true,
    pricesFile: undefined,
    explain: false,
    maxCostPerHour: undefined,
    promise: { arrivals: 'uniform', attainment: undefined, fanOut: 'even' },
    out: undefined,
  });
  if (plan.feasible) return plan;
  throw new HarpError('infeasible', plan.reason.message, {
    where: file,
    hint: 'There is no plan to simulate: ask for a looser SLO or a lower rate.',
  });
}

const kindOf = (file: string): unknown =>
  (readDocument(file) as { readonly kind?: unknown } | null | undefined)?.kind;
