/** What `harp compare` prints: the planners side by side on one application, or their figures over the benchmark. */
import type {
  ApplicationComparison,
  BenchmarkComparison,
  ComparedPlan,
  CostOverSlo,
} from '../domain/comparison.ts';
import { counted } from '../domain/counted.ts';
import type { FeasiblePlan, ModulePlan } from '../domain/plan.ts';
import { renderBenchmark } from './benchmark-table.ts';
import { machineCount, machinesInShort } from './describe-machines.ts';
import { formatMs, formatPercent, formatRatio, formatUsd, significant } from './format.ts';
import { formatTarget } from './outcome-share.ts';
import { paddingRps } from './padding.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

export const renderComparison = (
  comparison: ApplicationComparison | CostOverSlo | BenchmarkComparison,
  style: Style,
): string => {
  if (comparison.kind === 'benchmark-comparison') return renderBenchmark(comparison, style);
  return comparison.kind === 'cost-over-slo'
    ? renderSweep(comparison, style)
    : renderPlans(comparison, style);
};

/** A row for every SLO, a column of costs for every planner. */
function renderSweep(comparison: CostOverSlo, style: Style): string {
  const { application, rateRps, billing, slosMs, planners } = comparison;
  const columns = planners.map(
    ({ planner, costsPerHour }): Column<number> => ({
      title: planner,
      text: (at) => (costsPerHour[at] == null ? '–' : formatUsd(costsPerHour[at])),
    }),
  );
  const slo: Column<number> = { title: 'SLO', text: (at) => formatMs(slosMs[at]!) };
  return [
    `${style.bold(application)}: cost an hour over the SLO at ${significant(rateRps)} requests/s${reserveText(comparison)}${style.dim(`  (${billing} billing)`)}`,
    table([...slosMs.keys()], [slo, ...columns], style),
  ].join('\n\n');
}

function renderPlans(
  { application, rateRps, sloMs, reserveMs, billing, planners, simulatedUnder }: ApplicationComparison,
  style: Style,
): string {
  const headline =
    `${style.bold(application)}: ${significant(rateRps)} requests/s within ${formatMs(sloMs)}${reserveText({ reserveMs })}` +
    style.dim(`  (${billing} billing)`);
  return [
    headline,
    costs(planners, style),
    simulatedUnder === undefined ? '' : style.dim(simulatedText(simulatedUnder)),
    allocations(planners, style),
    refusals(planners, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What of every SLO the planners were not given. */
const reserveText = ({ reserveMs }: { readonly reserveMs?: number | undefined }): string =>
  reserveMs === undefined ? '' : `, ${formatMs(reserveMs)} in reserve`;

const costs = (planners: readonly ComparedPlan[], style: Style): string =>
  table<ComparedPlan>(
    planners,
    [
      { title: 'planner', align: 'left', text: ({ planner }) => planner },
      { title: 'per hour', text: ofPlan(({ costPerHour }) => formatUsd(costPerHour)) },
      { title: '× optimal', text: ({ costToOptimal }) => formatRatio(costToOptimal) },
      { title: 'worst case', text: ofPlan(worstCaseText) },
      ...(planners.some(isReplayed) ? [MODEL_COST, IN_TIME] : []),
      {
        title: 'dummies',
        text: ofPlan((plan) => `${significant(paddingRps(plan))}/s`),
      },
      { title: 'solved in', text: ({ solveMs }) => formatMs(solveMs) },
    ],
    style,
  );

const isReplayed = ({ plan }: ComparedPlan): boolean => plan.feasible && plan.verification !== undefined;

/** What it takes that plans hold is the difference. */
const MODEL_COST: Column<ComparedPlan> = {
  title: 'by the model',
  text: ({ plan }) =>
    plan.feasible && plan.verification ? formatUsd(plan.verification.modelCostPerHour) : '–',
};

const IN_TIME: Column<ComparedPlan> = {
  title: 'in time',
  text: ({ plan }) =>
    plan.feasible && plan.verification ? formatPercent(plan.verification.attainment) : '–',
};

/** What a plan by simulation stands on, beside plans of the model. */
export const simulatedText = ({
  arrivals,
  attainment,
}: NonNullable<ApplicationComparison['simulatedUnder']>): string =>
  `simulated: whole machines that keep ${formatTarget(attainment)} in time under ${arrivals} arrivals; it has no worst case by the model`;

/** Plans by simulation claim none. */
export const worstCaseText = ({ modules, worstCaseMs }: FeasiblePlan): string =>
  modules.every(({ dispatch }) => dispatch === 'planned') ? '–' : formatMs(worstCaseMs);

const ofPlan =
  (text: (plan: FeasiblePlan) => string) =>
  ({ plan }: ComparedPlan): string =>
    plan.feasible ? text(plan) : '–';

/** A row for every planner with a plan, a column for every module. */
function allocations(planners: readonly ComparedPlan[], style: Style): string {
  const plans = planners.map(({ plan }) => plan).filter((plan) => plan.feasible);
  if (plans.length === 0) return '';
  const columns = plans[0]!.modules.map(
    ({ name }, module): Column<FeasiblePlan> => ({
      title: name,
      align: 'left',
      text: ({ modules }) => machines(modules[module]!),
    }),
  );
  const names: Column<FeasiblePlan> = { title: 'planner', align: 'left', text: ({ planner }) => planner };
  return `${table(plans, [names, ...columns], style)}\n${style.dim(legend(plans))}`;
}

/** How to read a cell, by one of the table: on several cores where there is one. */
function legend(plans: readonly FeasiblePlan[]): string {
  const all = plans.flatMap(({ modules }) => modules.flatMap(({ allocations }) => allocations));
  const shown = all.find(({ cores }) => cores > 1) ?? all[0]!;
  const { machines, hardware, cores, batchSize } = shown;
  const each = `${machineCount(machines)} ${machines === 1 ? 'machine' : 'machines'} of ${counted(cores, 'core')} of ${hardware}`;
  return `${machinesInShort(shown)}: ${each}, in batches of ${batchSize}.`;
}

/** One line for each allocation. */
const machines = ({ allocations }: ModulePlan): string => allocations.map(machinesInShort).join('\n');

const refusals = (planners: readonly ComparedPlan[], style: Style): string =>
  planners
    .flatMap(({ planner, plan }) => (plan.feasible ? [] : [`${style.bad(planner)}: ${plan.reason.message}`]))
    .join('\n');
