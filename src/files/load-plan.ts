/** Loads plans. */
import { check } from '../domain/check.ts';
import { HarpError } from '../domain/errors.ts';
import { type FeasiblePlan, planSchema } from '../domain/plan.ts';
import { readDocument } from './read-document.ts';

/**
 * A plan that can be carried out.
 * @throws HarpError `bad-input` naming file, field, expected, got; `infeasible` for a plan that says there is none
 */
export function loadPlan(file: string): FeasiblePlan {
  const plan = check(planSchema, readDocument(file), file);
  if (plan.feasible) return plan;
  throw new HarpError('infeasible', plan.reason.message, {
    where: file,
    hint: 'This file records that no plan was found. Plan again with a looser SLO, a lower rate or other hardware.',
  });
}
