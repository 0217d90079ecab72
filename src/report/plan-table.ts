/** What `harp plan` prints: the machines of every module, what they cost and promise, how good that is, and why. */
import {
  type Allocation,
  engineMs,
  type FeasiblePlan,
  type InfeasiblePlan,
  type ModulePlan,
  type Plan,
} from '../domain/plan.ts';
import { HOURS_PER_MONTH } from '../planning/cost-plan.ts';
import { isTight } from '../policy/time-outside.ts';
import { machineCount } from './describe-machines.ts';
import { predictedText, unsettledText } from './doubted-points.ts';
import { renderExplanation } from './explain-table.ts';
import { exactUsd, formatMs, formatPercent, formatUsd, significant } from './format.ts';
import { outsideText } from './outside-text.ts';
import { modulesToSpare, paddedModules } from './padding.ts';
import { offerText } from './price.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';
import { renderVerification } from './verification-lines.ts';

export const renderPlan = (plan: Plan, style: Style): string =>
  plan.feasible ? renderFeasible(plan, style) : renderInfeasible(plan, style);

const renderFeasible = (plan: FeasiblePlan, style: Style): string =>
  [
    headline(plan, style),
    allocations(plan, style),
    promises(plan, style),
    ...(plan.explanation ? [renderExplanation(plan, plan.explanation, style)] : []),
    prices(plan, style),
    ...(plan.gate?.passed === false ? [failedGate(plan.costPerHour, plan.gate, style)] : []),
  ].join('\n\n');

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

function promises(plan: FeasiblePlan, style: Style): string {
  const { costPerHour, worstCaseMs } = plan;
  const lines = [
    `cost        ${style.bold(`${formatUsd(costPerHour)} an hour`)}, ${formatUsd(costPerHour * HOURS_PER_MONTH)} a month`,
    ...boundLines(plan, style),
    // Plans by simulation claim none.
    ...(isBySimulation(plan)
      ? []
      : [
          `worst case  ${style.good(formatMs(worstCaseMs))} of ${formatMs(engineMs(plan))}, for evenly spaced requests`,
        ]),
    ...reserveLines(plan, style),
  ];
  lines.push(
    ...beyondTheRate('dummies', paddedModules(plan), 'padding in place of requests, paid for above', style),
    ...beyondTheRate('spare', modulesToSpare(plan), 'capacity beyond the rate, paid for above', style),
    ...renderVerification(plan, style),
    ...leftOutLines(plan),
    ...doubtLines(plan, style),
  );
  return lines.join('\n');
}

function beyondTheRate(title: string, modules: readonly ModulePlan[], what: string, style: Style): string[] {
  if (modules.length === 0) return [];
  const each = modules.map(({ name, dummyRps }) => `${name} ${significant(dummyRps)}/s`).join(', ');
  return [`${title.padEnd(12)}${each}  ${style.dim(what)}`];
}

/** What there is for all that happens outside the engine, where that was said or may be too little. */
function reserveLines(plan: FeasiblePlan, style: Style): string[] {
  const { reserveMs, sloMs } = plan;
  if (reserveMs !== undefined)
    return [`reserve     ${formatMs(reserveMs)} of ${formatMs(sloMs)}, for what happens outside the engine`];
  return isTight(plan) ? [`reserve     ${style.bad(`none: ${outsideText(plan)}`)}`] : [];
}

const leftOutLines = ({ leftOut = [] }: Plan): string[] => leftOut.map((text) => `left out    ${text}`);

/** What the plan stands on that was not measured well. */
function doubtLines(plan: FeasiblePlan, style: Style): string[] {
  const predicted = predictedText(plan);
  const unsettled = unsettledText(plan);
  return [
    ...(predicted ? [`predicted   ${predicted}`] : []),
    ...(unsettled ? [`unsettled   ${style.bad(unsettled)}`] : []),
  ];
}

const isBySimulation = ({ modules }: FeasiblePlan): boolean =>
  modules.every(({ dispatch }) => dispatch === 'planned');

function boundLines(plan: FeasiblePlan, style: Style): string[] {
  const { costPerHour, lowerBoundPerHour, boundOf, optimal } = plan;
  if (lowerBoundPerHour === undefined)
    return isBySimulation(plan)
      ? [
          `bound       ${style.dim('not known: simulation bounds no pipeline, nor a search that was cut short')}`,
        ]
      : [];
  const gap = plan.gap ?? Math.max(0, costPerHour / lowerBoundPerHour - 1);
  const [nothing, that] =
    boundOf === 'any-dispatcher'
      ? ['no whole machines that hold cost less', ', whatever dispatches']
      : ['no plan of this model costs less', ''];
  const verdict = optimal
    ? `${style.good('proven optimal')}, ${nothing}${that}`
    : `${nothing} than that${that}`;
  return [`bound       ${formatUsd(lowerBoundPerHour)} an hour, gap ${gapText(gap)}: ${verdict}`];
}

/** A gap that there is does not read as none. */
const gapText = (gap: number): string => (gap > 1e-6 && gap < 1e-4 ? 'under 0.01 %' : formatPercent(gap));

const prices = (plan: FeasiblePlan, style: Style): string =>
  style.dim(
    [
      ...(sharesMachines(plan) ? [SHARES] : []),
      ...Object.entries(plan.hardware).map(([name, entry]) => `${name}: ${offerText(entry)}`),
    ].join('\n'),
  );

/** Whether somewhere a machine of the table is only a share of a machine of its hardware. */
const sharesMachines = ({ modules, hardware }: FeasiblePlan): boolean =>
  modules.some(({ allocations }) =>
    allocations.some(
      (allocation) => (hardware[allocation.hardware]?.cores ?? allocation.cores) !== allocation.cores,
    ),
  );

const SHARES = 'A machine above has the cores of its row; harp cost counts whole machines of the hardware.';

const failedGate = (
  costPerHour: number,
  { maxCostPerHour }: NonNullable<FeasiblePlan['gate']>,
  style: Style,
): string =>
  `${style.bad('too dear')}: ${exactUsd(Number(costPerHour.toPrecision(6)))} an hour; --max-cost is ${exactUsd(maxCostPerHour)}\n${style.dim(
    '→ Allow more, ask for a looser SLO or a lower rate; --explain of a plan of the model says what would be cheaper.',
  )}`;

const NEXT_STEPS: Readonly<Record<InfeasiblePlan['reason']['code'], string>> = {
  'slo-too-tight': 'Ask for a looser SLO, or profile faster hardware or smaller batches.',
  'no-point': 'Allow dummies, or ask for a looser SLO.',
  capacity: 'Ask for a lower rate or a looser SLO, or raise "count" (or "memoryMiB") of the hardware.',
  'does-not-hold':
    "Ask for a looser SLO, a lower rate or less --attainment, or see the model's plan with --planner optimal --guarantee model.",
  'not-found': 'Try --planner optimal, a longer --time-limit, a looser SLO or a lower rate.',
};

const nextStep = ({ reason, reserveMs }: InfeasiblePlan): string =>
  `${NEXT_STEPS[reason.code]}${reserveMs === undefined ? '' : ' A smaller --reserve leaves the engine more.'}${onFewerMachines(reason)}`;

/** Small modules often fit beside one another, though nobody can promise it. */
function onFewerMachines({ enough }: InfeasiblePlan['reason']): string {
  if (enough === undefined) return '';
  const counts = Object.entries(enough).map(([name, count]) => `count: ${count} for ${name}`);
  return `\nTo try it with fewer, without the promise: say ${counts.join(' and ')} in "hardware", and harp serve --share-cores.`;
}

const renderInfeasible = (plan: InfeasiblePlan, style: Style): string =>
  `${headline(plan, style)}\n\n${[`${style.bad('no plan')}: ${plan.reason.message}`, ...leftOutLines(plan)].join('\n')}\n${style.dim(`→ ${nextStep(plan)}`)}`;
