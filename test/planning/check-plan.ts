/**
 * Checks a plan against the planning model from its figures alone; shares no code with the planners. Throws where a
 * promise does not follow.
 */
import { expect } from 'vitest';
import type { FeasiblePlan, ModulePlan } from '../../src/domain/plan.ts';
import type { PlanningProblem } from '../../src/planning/problem.ts';

const CLOSE = 1e-6;

const close = (actual: number, expected: number, what: string): void =>
  expect(Math.abs(actual - expected), `${what}: ${actual} instead of ${expected}`).toBeLessThanOrEqual(
    CLOSE * Math.max(1, Math.abs(expected)),
  );

const atMost = (actual: number, limit: number, what: string): void =>
  expect(actual, what).toBeLessThanOrEqual(limit * (1 + CLOSE));

export function checkPlan(plan: FeasiblePlan, problem: PlanningProblem): void {
  for (const module of plan.modules) {
    checkModule(module, plan);
    const asked = problem.modules.find(({ name }) => name === module.name)!;
    close(module.rateRps, problem.rateRps * asked.perRequest, 'rate');
    for (const { hardware, cores, batchSize, durationMs } of module.allocations) {
      const profiled = asked.points.filter(
        (point) => point.hardware === hardware && point.cores === cores && point.batchSize === batchSize,
      );
      expect(profiled.map((point) => point.durationMs)).toContain(durationMs);
    }
  }
  expect(plan.modules).toHaveLength(problem.modules.length);
  close(plan.costPerHour, sum(plan.modules.map(({ costPerHour }) => costPerHour)), 'cost');
  const paths = pathsOf(plan.modules);
  const longest = (length: (module: ModulePlan) => number): number =>
    Math.max(...paths.map((path) => sum(path.map(length))));
  close(
    plan.worstCaseMs,
    longest(({ worstCaseMs }) => worstCaseMs),
    'longest path',
  );
  atMost(plan.worstCaseMs, problem.sloMs, 'worst case within the SLO');
  atMost(
    longest(({ budgetMs }) => budgetMs),
    problem.sloMs,
    'budgets within the SLO',
  );
  checkCapacity(plan, problem);
}

function checkModule(module: ModulePlan, plan: FeasiblePlan): void {
  const { allocations, rateRps, dummyRps, budgetMs } = module;
  close(sum(allocations.map((allocation) => allocation.rateRps)), rateRps + dummyRps, 'rates add up');
  allocations.forEach((allocation, index) => {
    const { batchSize, durationMs, machines, pricePerHour, throughputRps } = allocation;
    expect(allocation.rank).toBe(index + 1);
    if (index < allocations.length - 1) expect(machines % 1, 'only the last may be partial').toBe(0);
    else if (machines % 1 !== 0) expect(machines, 'a partial machine is a rank of its own').toBeLessThan(1);
    const above = allocations[index - 1];
    if (above) {
      const alike = (['hardware', 'cores', 'batchSize'] as const).every(
        (key) => above[key] === allocation[key],
      );
      expect(alike && machines % 1 === 0, 'whole machines of one point are one rank').toBe(false);
      atMost(throughputRps / pricePerHour, above.throughputRps / above.pricePerHour, 'rank order');
    }
    const hardware = plan.hardware[allocation.hardware]!;
    const share = hardware.cores === undefined ? 1 : allocation.cores / hardware.cores;
    close(pricePerHour, hardware.pricePerHour * share, 'price');
    close(throughputRps, batchSize / (durationMs / 1000), 'throughput');
    close(allocation.rateRps, machines * throughputRps, 'rate of an allocation');
    const remaining = sum(allocations.slice(index).map((lower) => lower.rateRps));
    const collection = {
      'batch-aware': remaining,
      group: allocation.rateRps,
      'round-robin': Math.min(throughputRps, allocation.rateRps),
    }[module.dispatch];
    close(allocation.collectionRateRps, collection, 'collection rate');
    close(allocation.worstCaseMs, durationMs + (batchSize / collection) * 1000, 'worst case');
    const charged = plan.billing === 'whole' ? Math.ceil(machines) : machines;
    close(allocation.costPerHour, charged * pricePerHour, 'cost of an allocation');
  });
  close(
    module.worstCaseMs,
    Math.max(...allocations.map(({ worstCaseMs }) => worstCaseMs)),
    'worst case of a module',
  );
  close(module.costPerHour, sum(allocations.map(({ costPerHour }) => costPerHour)), 'cost of a module');
  atMost(module.worstCaseMs, budgetMs, 'worst case within the budget');
}

function checkCapacity({ modules }: FeasiblePlan, { hardware }: PlanningProblem): void {
  for (const [name, { count, cores }] of Object.entries(hardware)) {
    if (count === undefined) continue;
    const used = modules
      .flatMap(({ allocations }) => allocations)
      .filter((allocation) => allocation.hardware === name)
      .map((allocation) => Math.ceil(allocation.machines) * (cores === undefined ? 1 : allocation.cores));
    atMost(sum(used), count * (cores ?? 1), `machines of ${name}`);
  }
}

/** Every path from a module without parents to one without children. */
function pathsOf(modules: readonly ModulePlan[]): ModulePlan[][] {
  const onwards = (path: ModulePlan[]): ModulePlan[][] => {
    const children = modules.filter(({ after }) => after.includes(path.at(-1)!.name));
    return children.length === 0 ? [path] : children.flatMap((child) => onwards([...path, child]));
  };
  return modules.filter(({ after }) => after.length === 0).flatMap((root) => onwards([root]));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
