import { describe, expect, test } from 'vitest';
import type { HardwareTable } from '../../src/domain/hardware.ts';
import type { Billing } from '../../src/domain/plan.ts';
import { costPlan } from '../../src/planning/cost-plan.ts';
import { planHarpagon } from '../../src/planning/harpagon.ts';
import { problemOf } from './problems.ts';

/** A host of 4 cores, of which a worker takes 2: half of its $1; and a GPU of $3. */
const planOf = (billing: Billing = 'proportional') => {
  const plan = planHarpagon(
    problemOf({
      rateRps: 50,
      sloMs: 1000,
      billing,
      hardware: { host: { pricePerHour: 1, cores: 4, asOf: '2026-11-01' }, gpu: { pricePerHour: 3 } },
      modules: {
        first: { points: [[1, 50, 'host', 2]] },
        second: { points: [[4, 100, 'gpu']], after: ['first'], perRequest: 2 },
      },
    }),
    { dummies: false },
  );
  if (!plan.feasible) throw new Error(plan.reason.message);
  return plan;
};

describe('what a plan costs', () => {
  test('per hour, month of 730 hours and million requests of the application, and which machines', () => {
    // first: 2.5 workers of $0.5; second: 2.5 GPUs of $3. 50/s are 180,000 requests an hour.
    const cost = costPlan(planOf());
    expect(cost).toMatchObject({ costPerHour: 8.75, costPerMonth: 6387.5 });
    expect(cost.costPerMillionRequests).toBeCloseTo(8.75 / 0.18, 9);
    expect(cost.modules.map(({ name, costPerHour }) => [name, costPerHour])).toEqual([
      ['first', 1.25],
      ['second', 7.5],
    ]);
    expect(cost.hardware).toMatchObject([
      { name: 'host', machines: 1.25, costPerHour: 1.25, price: { pricePerHour: 1, asOf: '2026-11-01' } },
      { name: 'gpu', machines: 2.5, costPerHour: 7.5, price: { pricePerHour: 3 } },
    ]);
  });

  test('billed whole, partly used machines are paid for', () => {
    expect(costPlan(planOf('whole'))).toMatchObject({
      costPerHour: 10.5,
      hardware: [{ machines: 1.5 }, { machines: 3 }],
    });
  });

  test('agrees with the plan', () => {
    const plan = planOf();
    expect(costPlan(plan).costPerHour).toBeCloseTo(plan.costPerHour, 9);
  });

  test('without a price list, is what the plan says its machines cost', () => {
    const cost = costPlan({ ...planOf(), hardware: {} });
    expect(cost.costPerHour).toBe(8.75);
    expect(cost.hardware[0]).not.toHaveProperty('price');
  });
});

describe('other prices', () => {
  const at = (table: HardwareTable) => costPlan(planOf(), { table, source: 'prices.yaml' });

  test('take the place of the planned ones; what they leave out about a machine stays', () => {
    const cost = at({
      host: { pricePerHour: 2 },
      gpu: { pricePerHour: 1, asOf: '2026-12-01', source: 'new' },
    });
    expect(cost.costPerHour).toBe(2.5 + 2.5);
    expect(cost.hardware[0]!.price).toEqual({ pricePerHour: 2, cores: 4 });
    expect(cost.hardware[1]!.price).toMatchObject({ asOf: '2026-12-01', source: 'new' });
  });

  test('of a larger machine are shared by its cores', () => {
    expect(
      at({ host: { pricePerHour: 2, cores: 8 }, gpu: { pricePerHour: 3 } }).modules[0]!.costPerHour,
    ).toBe(1.25);
  });

  test('that lack a machine are refused, never taken as zero', () => {
    expect(() => at({ host: { pricePerHour: 2 } })).toThrow(
      'prices.yaml: hardware.gpu: no price for "gpu", which module "second" runs on (expected a price of everything that the plan uses, got host)',
    );
  });

  test('of a machine that is too small are refused', () => {
    expect(() => at({ host: { pricePerHour: 2, cores: 1 }, gpu: { pricePerHour: 3 } })).toThrow(
      'prices.yaml: hardware.host.cores: the plan needs larger machines "host" (expected at least 2, got 1)',
    );
  });
});
