/** Loads plans. */
import { topologicalOrder } from '../domain/application.ts';
import { check } from '../domain/check.ts';
import { HarpError } from '../domain/errors.ts';
import { type FeasiblePlan, type Plan, planSchema } from '../domain/plan.ts';
import { assertKind } from './assert-kind.ts';
import { readDocument } from './read-document.ts';

/**
 * A plan that can be carried out.
 * @throws HarpError `bad-input` naming file, field, expected, got; `infeasible` for a plan that says there is none
 */
export function loadPlan(file: string): FeasiblePlan {
  const plan = checkedPlan(readDocument(file), file);
  if (plan.feasible) return plan;
  throw new HarpError('infeasible', plan.reason.message, {
    where: file,
    hint: 'This file records that no plan was found. Plan again with a looser SLO, a lower rate or other hardware.',
  });
}

/**
 * A plan, or that there is none.
 * @throws HarpError `bad-input` naming file, field, expected, got
 */
export function checkedPlan(document: unknown, file: string): Plan {
  assertKind(document, 'plan', file);
  const plan = check(planSchema, document, file);
  return plan.feasible ? inOrder(plan, file) : plan;
}

/** Parents before children, as everything that reads a plan expects. */
function inOrder(plan: FeasiblePlan, file: string): FeasiblePlan {
  const byName = Object.fromEntries(plan.modules.map((module) => [module.name, module]));
  const order = topologicalOrder(byName, file);
  if (order.length < plan.modules.length) {
    throw new HarpError('bad-input', 'two modules have the same name', {
      where: `${file}: modules`,
      expected: 'a name of its own for every module',
      got: plan.modules.map(({ name }) => name).join(', '),
    });
  }
  return { ...plan, modules: order.map((name) => byName[name]!) };
}
