import { describe, expect, test } from 'vitest';
import { checkPlan, type PlanInputs } from '../../src/checking/check-plan.ts';
import { violationText } from '../../src/checking/violation.ts';
import type { FeasiblePlan } from '../../src/domain/plan.ts';
import { loadApplication } from '../../src/files/load-application.ts';
import { certify } from '../../src/planning/certify.ts';
import { completePlan } from '../../src/planning/complete-plan.ts';
import { planHarpagon } from '../../src/planning/harpagon.ts';
import { poseProblem } from '../../src/planning/pose-problem.ts';
import type { PlanningRules } from '../../src/planning/problem.ts';
import { M3, problemOf } from '../planning/problems.ts';

interface Case {
  readonly plan: FeasiblePlan;
  readonly asked: PlanInputs;
}

/** Three ranks: 4 machines of batch 32, 1 of batch 8, 0.3 of batch 2. */
function threeRanks(rules: Partial<PlanningRules> = {}): Case {
  const hardware = { 'gpu-a': { pricePerHour: 1, count: 8, asOf: '2026-11-01', source: 'by hand' } };
  const problem = problemOf({ rateRps: 198, sloMs: 1000, hardware, modules: { m3: { points: M3 } } });
  const plan = planHarpagon(problem, { dummies: false, ...rules });
  if (!plan.feasible) throw new Error(plan.reason.message);
  return { plan: certify(plan, plan.costPerHour * 0.9), asked: { ...problem, dummies: false } };
}

/** A pipeline with a branch, dummies, and what serving needs. */
function pipeline(): Case {
  const application = loadApplication('profiles/traffic.app.yaml');
  const plan = planHarpagon(poseProblem(application, 'proportional'));
  if (!plan.feasible) throw new Error(plan.reason.message);
  const complete = completePlan(plan, application);
  return {
    plan: certify(complete, plan.costPerHour),
    asked: { ...application, billing: 'proportional', dummies: true },
  };
}

const cases: Record<string, () => Case> = { 'three ranks': threeRanks, 'a pipeline': pipeline };

type Path = readonly (string | number)[];

/** Where the numbers of a document are. */
function numbersIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'number') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, [...path, key]));
}

function change(plan: FeasiblePlan, path: Path, by: (value: never) => unknown): FeasiblePlan {
  const copy = structuredClone(plan);
  const parent = path
    .slice(0, -1)
    .reduce((at, key) => (at as Record<string, unknown>)[key] as object, copy as object);
  const last = path.at(-1)! as keyof typeof parent;
  Object.assign(parent, { [last]: by(parent[last]) });
  return copy;
}

describe.each(Object.entries(cases))('%s', (_, make) => {
  const { plan, asked } = make();

  test('holds', () => {
    expect(checkPlan(plan, asked).map(violationText)).toEqual([]);
  });

  /** The format's version is the schema's; a budget may be anything from the worst case up, see below. */
  const numbers = numbersIn(plan).filter(
    (path) => !['schemaVersion', 'budgetMs'].includes(String(path.at(-1))),
  );

  test('has every number checked: one that is off by a thousandth is noticed', () => {
    const unnoticed = numbers.flatMap((path) =>
      [1.001, 0.999]
        .filter((factor) => {
          const changed = change(plan, path, (value: number) => (value === 0 ? 0.001 : value * factor));
          return checkPlan(changed, asked).length === 0;
        })
        .map((factor) => `${path.join('.')} × ${factor}`),
    );
    expect(unnoticed).toEqual([]);
    expect(numbers.length).toBeGreaterThan(30);
  });
});

describe('what is wrong is named', () => {
  const allocation = (index: number, field: string): Path => ['modules', 0, 'allocations', index, field];

  test.each<[string, Path, (value: never) => unknown, string]>([
    ['a rate that machines do not give', allocation(1, 'rateRps'), () => 33, 'allocations[1].rateRps'],
    ['two partial ranks', allocation(1, 'machines'), () => 0.5, 'allocations[1].machines'],
    ['a partial rank of more than one', allocation(2, 'machines'), () => 1.3, 'allocations[2].machines'],
    ['machines that there are not', allocation(0, 'machines'), () => 7, 'hardware.gpu-a.count'],
    ['a point that was not profiled', allocation(0, 'batchSize'), () => 31, 'allocations[0].durationMs'],
    ['dummies that were not allowed', ['modules', 0, 'dummyRps'], () => 2, 'modules.m3.dummyRps'],
    ['a budget below the worst case', ['modules', 0, 'budgetMs'], () => 900, 'modules.m3.worstCaseMs'],
    ['a budget above the SLO', ['modules', 0, 'budgetMs'], () => 1001, 'modules.*.budgetMs'],
    ['another billing', ['billing'], () => 'whole', 'billing'],
    ['another dispatch', ['modules', 0, 'dispatch'], () => 'group', 'allocations[0].collectionRateRps'],
    ['another parent', ['modules', 0, 'after'], () => ['m3'], 'modules.m3.after'],
    ['another name', ['modules', 0, 'name'], () => 'm4', 'modules'],
    ['a price list without the machine', ['hardware'], () => ({}), 'hardware'],
    ['a price of another day', ['hardware', 'gpu-a', 'asOf'], () => '2026-11-02', 'hardware.gpu-a'],
    ['a bound above the cost', ['lowerBoundPerHour'], () => 6, 'lowerBoundPerHour'],
    ['an optimum that is not proven', ['optimal'], () => true, 'optimal'],
    ['a bound without a gap', ['gap'], () => undefined, 'gap'],
  ])('%s', (_, path, by, where) => {
    const { plan, asked } = threeRanks();
    const found = checkPlan(change(plan, path, by), asked);
    expect(found.map((violation) => violation.where).join(' ')).toContain(where);
  });

  test('ranks out of order', () => {
    const { plan, asked } = threeRanks();
    const turned = change(plan, ['modules', 0, 'allocations'], (all: unknown[]) => [all[1], all[0], all[2]]);
    expect(checkPlan(turned, asked).map(({ rule }) => rule)).toContain('throughput per cost falls');
  });

  test('whole machines of one point in two ranks', () => {
    const { plan, asked } = threeRanks();
    const split = change(plan, ['modules', 0, 'allocations'], ([first, ...others]: never[]) => [
      first,
      first,
      ...others,
    ]);
    expect(checkPlan(split, asked).map(({ rule }) => rule)).toContain('one rank for one point');
  });

  test('each dispatch policy fills batches at its own rate', () => {
    for (const dispatch of ['batch-aware', 'group', 'round-robin'] as const) {
      const { plan, asked } = threeRanks({ dispatch });
      expect(checkPlan(plan, asked).map(violationText)).toEqual([]);
    }
  });

  test('as a sentence', () => {
    const { plan, asked } = threeRanks();
    expect(violationText(checkPlan({ ...plan, costPerHour: 5 }, asked)[0]!)).toBe(
      'costPerHour is 5 instead of 5.3 (sum over modules)',
    );
  });
});
