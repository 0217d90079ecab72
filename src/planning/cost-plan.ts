/** What a plan costs per hour, month and million requests, at its own prices or at others. */
import { HarpError } from '../domain/errors.ts';
import type { HardwareTable } from '../domain/hardware.ts';
import type { Allocation, Billing, FeasiblePlan } from '../domain/plan.ts';
import type { Cost, PlanCost } from '../domain/plan-cost.ts';

/** Hours in a month, as clouds bill it. */
export const HOURS_PER_MONTH = 730;

export interface PriceList {
  readonly table: HardwareTable;
  /** The file, for messages. */
  readonly source: string;
}

/**
 * @param prices in place of the plan's own; every kind of machine that the plan uses must be there
 * @throws HarpError `bad-input` for hardware without a price, and for machines smaller than what runs on them
 */
export function costPlan(plan: FeasiblePlan, prices?: PriceList): PlanCost {
  const { application, rateRps, billing } = plan;
  const table = prices ? pricesOf(plan, prices) : plan.hardware;
  const spent = plan.modules.flatMap(({ name, allocations }) =>
    allocations.map((allocation) => ({ module: name, ...spendingOf(allocation, billing, table) })),
  );
  const cost = (some: typeof spent): Cost => {
    const costPerHour = sum(some.map((one) => one.costPerHour));
    return {
      costPerHour,
      costPerMonth: costPerHour * HOURS_PER_MONTH,
      costPerMillionRequests: (costPerHour / (rateRps * 3600)) * 1e6,
    };
  };
  const kinds = [...new Set(spent.map(({ hardware }) => hardware))];
  return {
    schemaVersion: 1,
    kind: 'cost',
    application,
    rateRps,
    billing,
    ...cost(spent),
    modules: plan.modules.map(({ name }) => ({
      name,
      ...cost(spent.filter(({ module }) => module === name)),
    })),
    hardware: kinds.map((name) => {
      const those = spent.filter(({ hardware }) => hardware === name);
      const price = table[name];
      return {
        name,
        machines: sum(those.map(({ machines }) => machines)),
        ...cost(those),
        ...(price && { price }),
      };
    }),
  };
}

interface Spending {
  readonly hardware: string;
  readonly machines: number;
  readonly costPerHour: number;
}

function spendingOf(
  { hardware, cores, machines, pricePerHour }: Allocation,
  billing: Billing,
  table: HardwareTable,
): Spending {
  const charged = billing === 'whole' ? Math.ceil(machines) : machines;
  const entry = table[hardware];
  const share = entry?.cores === undefined ? 1 : cores / entry.cores;
  const workerPerHour = entry === undefined ? pricePerHour : entry.pricePerHour * share;
  return { hardware, machines: charged * share, costPerHour: charged * workerPerHour };
}

/** The new prices; what they leave out about the machines stays as it was planned. */
function pricesOf({ modules, hardware }: FeasiblePlan, prices: PriceList): HardwareTable {
  const table: HardwareTable = {};
  for (const { name, allocations } of modules) {
    for (const { hardware: kind, cores } of allocations) {
      const entry = prices.table[kind];
      if (entry === undefined) throw noPrice(kind, name, prices);
      const machineCores = entry.cores ?? hardware[kind]?.cores;
      if (machineCores !== undefined && cores > machineCores)
        throw tooSmall(kind, cores, machineCores, prices.source);
      table[kind] = machineCores === undefined ? entry : { ...entry, cores: machineCores };
    }
  }
  return table;
}

const noPrice = (kind: string, module: string, { table, source }: PriceList): HarpError =>
  new HarpError('bad-input', `no price for "${kind}", which module "${module}" runs on`, {
    where: `${source}: hardware.${kind}`,
    expected: 'a price of everything that the plan uses',
    got: Object.keys(table).slice(0, 5).join(', ') || 'an empty table',
    hint: `Add "${kind}: { pricePerHour: … }" to the file.`,
  });

const tooSmall = (kind: string, cores: number, machineCores: number, source: string): HarpError =>
  new HarpError('bad-input', `the plan needs larger machines "${kind}"`, {
    where: `${source}: hardware.${kind}.cores`,
    expected: `at least ${cores}`,
    got: String(machineCores),
  });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
