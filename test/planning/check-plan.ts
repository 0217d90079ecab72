/** Holds a plan against the independent checker; throws where something does not follow. */
import { expect } from 'vitest';
import { checkPlan as violationsOf } from '../../src/checking/check-plan.ts';
import { violationText } from '../../src/checking/violation.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import type { PlanningProblem } from '../../src/planning/problem.ts';

export const checkPlan = (plan: FeasiblePlan, problem: PlanningProblem): void =>
  expect(violationsOf(plan, { ...problem, dummies: true }).map(violationText)).toEqual([]);
