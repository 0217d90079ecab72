/** What `harp cost` prints: modules, then kinds of machines, each with what it costs, and what the prices stand on. */
import type { Cost, HardwareCost, PlanCost } from '../domain/plan-cost.ts';
import { formatUsd, significant } from './format.ts';
import { priceText } from './price.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

export const renderCost = (cost: PlanCost, style: Style): string =>
  [
    `${style.bold(cost.application)}: ${significant(cost.rateRps)} requests/s${style.dim(`  (${cost.billing} billing)`)}`,
    moduleTable(cost, style),
    hardwareTable(cost.hardware, style),
    style.dim(
      [
        'A month has 730 hours. Requests are those of the application, at the planned rate.',
        'Machines billed are whole ones of the hardware: a worker on 2 of 4 cores is half of one.',
      ].join('\n'),
    ),
  ].join('\n\n');

function moduleTable(cost: PlanCost, style: Style): string {
  const total = { ...cost, name: 'together' };
  const rows = cost.modules.length > 1 ? [...cost.modules, total] : cost.modules;
  return table<Cost & { readonly name: string }>(
    rows,
    [
      {
        title: 'module',
        align: 'left',
        text: (row) => (row === total ? style.bold(row.name) : row.name),
      },
      ...costColumns((row, text) => (row === total ? style.bold(text) : text)),
    ],
    style,
  );
}

const hardwareTable = (hardware: readonly HardwareCost[], style: Style): string =>
  table<HardwareCost>(
    hardware,
    [
      { title: 'hardware', align: 'left', text: ({ name }) => name },
      { title: 'machines billed', text: ({ machines }) => significant(machines) },
      { title: 'per hour', text: ({ costPerHour }) => formatUsd(costPerHour) },
      {
        title: 'price',
        align: 'left',
        text: ({ price }) => style.dim(price ? priceText(price) : 'as the plan says, no source given'),
      },
    ],
    style,
  );

const costColumns = (emphasise: (row: Cost, text: string) => string): Column<Cost>[] => [
  { title: 'per hour', text: (row) => emphasise(row, formatUsd(row.costPerHour)) },
  { title: 'per month', text: (row) => emphasise(row, formatUsd(row.costPerMonth)) },
  { title: 'per million requests', text: (row) => emphasise(row, formatUsd(row.costPerMillionRequests)) },
];
