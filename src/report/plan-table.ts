/** What `harp plan` prints: the machines of every module, what they cost and promise, and what the prices stand on. */
import type { HardwareTable } from '../domain/hardware.ts';
import type { Allocation, FeasiblePlan, InfeasiblePlan, Plan } from '../domain/plan.ts';
import { formatMs, formatUsd, significant } from './format.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

/** Hours in a month, as clouds bill it. */
const HOURS_PER_MONTH = 730;

export const renderPlan = (plan: Plan, style: Style): string =>
  plan.feasible ? renderFeasible(plan, style) : renderInfeasible(plan, style);

const renderFeasible = (plan: FeasiblePlan, style: Style): string =>
  [headline(plan, style), allocations(plan, style), promises(plan, style), prices(plan, style)].join('\n\n');

const headline = ({ application, rateRps, sloMs, planner, billing }: Plan, style: Style): string =>
  `${style.bold(application)}: ${significant(rateRps)} requests/s within ${formatMs(sloMs)}` +
  style.dim(`  (${planner}, ${billing} billing)`);

interface Row extends Allocation {
  /** Named once, beside its first rank. */
  readonly module: string;
}

function allocations({ modules }: FeasiblePlan, style: Style): string {
  const rows: Row[] = modules.flatMap(({ name, allocations }) =>
    allocations.map((allocation, index) => ({ ...allocation, module: index === 0 ? name : '' })),
  );
  return table<Row>(
    rows,
    [
      { title: 'module', align: 'left', text: ({ module }) => module },
      { title: 'rank', text: ({ rank }) => String(rank) },
      { title: 'machines', text: ({ machines }) => machineCount(machines) },
      { title: 'hardware', align: 'left', text: ({ hardware }) => hardware },
      { title: 'cores', text: ({ cores }) => String(cores) },
      { title: 'batch', text: ({ batchSize }) => String(batchSize) },
      { title: 'duration', text: ({ durationMs }) => formatMs(durationMs) },
      { title: 'rate', text: ({ rateRps }) => `${significant(rateRps)}/s` },
      { title: 'worst case', text: ({ worstCaseMs }) => formatMs(worstCaseMs) },
      { title: 'per hour', text: ({ costPerHour }) => formatUsd(costPerHour) },
    ],
    style,
  );
}

const machineCount = (machines: number): string =>
  Number.isInteger(machines) ? String(machines) : significant(machines);

function promises({ costPerHour, worstCaseMs, sloMs, modules }: FeasiblePlan, style: Style): string {
  const padded = modules.filter(({ dummyRps }) => dummyRps > 0);
  const lines = [
    `cost        ${style.bold(`${formatUsd(costPerHour)} an hour`)}, ${formatUsd(costPerHour * HOURS_PER_MONTH)} a month`,
    `worst case  ${style.good(formatMs(worstCaseMs))} of ${formatMs(sloMs)}`,
  ];
  if (padded.length > 0) {
    const each = padded.map(({ name, dummyRps }) => `${name} ${significant(dummyRps)}/s`).join(', ');
    lines.push(`dummies     ${each}  ${style.dim('padding in place of requests, paid for above')}`);
  }
  return lines.join('\n');
}

const prices = ({ hardware }: FeasiblePlan, style: Style): string =>
  style.dim(
    Object.entries(hardware)
      .map(([name, entry]) => `${name}: ${priceText(entry)}`)
      .join('\n'),
  );

const priceText = ({ pricePerHour, cores, asOf, source }: HardwareTable[string]): string =>
  [
    `$${pricePerHour} an hour${cores === undefined ? '' : ` for ${cores} cores`}`,
    asOf ?? 'undated',
    source ?? 'no source given',
  ].join(', ');

const NEXT_STEPS: Readonly<Record<InfeasiblePlan['reason']['code'], string>> = {
  'slo-too-tight': 'Ask for a looser SLO, or profile faster hardware or smaller batches.',
  'no-point': 'Allow dummies, or ask for a looser SLO.',
  capacity: 'Ask for a lower rate or a looser SLO, or raise "count" of the hardware.',
  'not-found': 'Ask for a looser SLO or a lower rate.',
};

const renderInfeasible = (plan: InfeasiblePlan, style: Style): string =>
  `${headline(plan, style)}\n\n${style.bad('no plan')}: ${plan.reason.message}\n${style.dim(`→ ${NEXT_STEPS[plan.reason.code]}`)}`;
