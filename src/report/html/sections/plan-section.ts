/** A plan: what it costs and promises, the pipeline as a picture, its machines, and what other SLOs would cost. */
import { type Allocation, engineMs, type FeasiblePlan, type Plan } from '../../../domain/plan.ts';
import { machineCount } from '../../describe-machines.ts';
import { boundBy, pointText } from '../../explain-table.ts';
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import { paddingRps } from '../../padding.ts';
import { priceText } from '../../price.ts';
import { plainStyle } from '../../style.ts';
import { renderVerification } from '../../verification-lines.ts';
import { msAxis, usdAxis } from '../chart/axes.ts';
import type { Chart } from '../chart/chart.ts';
import { type Block, dataTable, type Fact, type Section } from '../section.ts';
import { drawPipeline } from './pipeline-picture.ts';

const HOURS_PER_MONTH = 730;

export function planSection(plan: Plan): Section {
  const { application, rateRps, sloMs, planner, billing } = plan;
  return {
    kind: 'plan',
    title: application,
    about: `${significant(rateRps)} requests/s within ${formatMs(sloMs)} · planner ${planner}, ${billing} billing`,
    blocks: plan.feasible
      ? blocksOf(plan)
      : [{ kind: 'note', text: `No plan: ${plan.reason.message}`, tone: 'bad' }],
  };
}

function blocksOf(plan: FeasiblePlan): Block[] {
  const lines = renderVerification(plan, plainStyle).map((line) => line.replace(/\s{2,}/g, ': '));
  return [
    { kind: 'facts', facts: factsOf(plan) },
    ...lines.map((text): Block => ({ kind: 'note', text })),
    {
      kind: 'picture',
      title: 'The pipeline in time',
      says: 'Full bars are worst cases, pale ones what they leave of the budget. Boxes are machines, filled by the share that is paid for.',
      picture: drawPipeline(plan),
    },
    machineTable(plan),
    ...binding(plan),
    ...costCurve(plan),
    ...prices(plan),
  ];
}

function factsOf(plan: FeasiblePlan): Fact[] {
  const {
    costPerHour,
    worstCaseMs,
    sloMs,
    reserveMs,
    lowerBoundPerHour,
    boundOf,
    optimal,
    gap,
    modules,
    verification,
  } = plan;
  const dummies = paddingRps(plan);
  const machines = modules
    .flatMap(({ allocations }) => allocations)
    .reduce((sum, each) => sum + each.machines, 0);
  return [
    {
      name: 'cost',
      value: formatUsd(costPerHour),
      beside: `an hour, ${formatUsd(costPerHour * HOURS_PER_MONTH)} a month`,
    },
    { name: 'worst case', value: formatMs(worstCaseMs), beside: `of ${formatMs(sloMs)}` },
    {
      name: 'slack',
      value: formatMs(Math.max(0, engineMs(plan) - worstCaseMs)),
      beside: 'on the longest path',
    },
    ...(reserveMs === undefined
      ? []
      : [{ name: 'reserve', value: formatMs(reserveMs), beside: 'for what happens outside the engine' }]),
    {
      name: 'machines',
      value: significant(machines),
      beside: `for ${modules.length} ${modules.length === 1 ? 'module' : 'modules'}`,
    },
    ...(dummies > 0
      ? [{ name: 'padding', value: `${significant(dummies)}/s`, beside: 'dummies, paid for' }]
      : []),
    ...(lowerBoundPerHour === undefined
      ? []
      : [
          {
            name: boundOf === 'any-dispatcher' ? 'no machines below' : 'no plan below',
            value: formatUsd(lowerBoundPerHour),
            beside: optimal ? 'proven optimal' : gap === undefined ? 'an hour' : `gap ${formatPercent(gap)}`,
          },
        ]),
    ...(verification
      ? [
          {
            name: 'held in replay',
            value: formatPercent(verification.attainment),
            beside: `${verification.arrivals}, at most ${formatMs(verification.maxMs)}`,
            tone: verification.passed ? ('good' as const) : ('bad' as const),
          },
        ]
      : []),
  ];
}

function machineTable({ modules, costPerHour }: FeasiblePlan): Block {
  const rows = modules.flatMap(({ name, allocations }) =>
    allocations.map((allocation): Allocation & { module: string } => ({ ...allocation, module: name })),
  );
  return dataTable('Machines', rows, [
    { title: 'module', cell: ({ module }) => module, align: 'left' },
    { title: 'rank', cell: ({ rank }) => String(rank) },
    { title: 'machines', cell: ({ machines }) => machineCount(machines) },
    { title: 'hardware', cell: ({ hardware }) => hardware, align: 'left' },
    { title: 'cores', cell: ({ cores }) => String(cores) },
    { title: 'batch', cell: ({ batchSize }) => String(batchSize) },
    { title: 'duration', cell: ({ durationMs }) => formatMs(durationMs) },
    { title: 'rate', cell: ({ rateRps }) => `${significant(rateRps)}/s` },
    { title: 'worst case', cell: ({ worstCaseMs }) => formatMs(worstCaseMs) },
    {
      title: 'per hour',
      cell: (row) => ({ text: formatUsd(row.costPerHour), bar: row.costPerHour / costPerHour }),
    },
  ]);
}

/** What binds each module, and what else it could run. */
function binding(plan: FeasiblePlan): Block[] {
  const { explanation } = plan;
  if (!explanation) return [];
  return [
    dataTable('What binds', explanation.modules, [
      { title: 'module', cell: ({ name }) => name, align: 'left' },
      { title: 'bound by', cell: (module) => boundBy(plan, module), align: 'left' },
      { title: 'longest path', cell: ({ path }) => path.join(' → '), align: 'left' },
      { title: 'slack', cell: ({ slackMs }) => formatMs(slackMs) },
      {
        title: 'next best point',
        cell: ({ runnerUp }) =>
          runnerUp ? `${pointText(runnerUp)}, ${formatUsd(runnerUp.extraPerHour)} more an hour` : '–',
        align: 'left',
      },
    ]),
  ];
}

/** Near the fastest durations costs grow without limit: what is above so many times the plan's is cut off. */
const MOST = 3;

function costCurve({ explanation, sloMs, costPerHour }: FeasiblePlan): Block[] {
  const samples = explanation?.costOverSlo ?? [];
  if (samples.length < 2) return [];
  const top = Math.max(
    costPerHour,
    ...samples.map((sample) => Math.min(sample.costPerHour, MOST * costPerHour)),
  );
  const chart: Chart = {
    title: 'Cost over the SLO',
    says: `The same rate and planner. ${explanation!.complete ? 'There is no plan left of the line.' : 'Time ran out left of the line.'}`,
    x: msAxis('SLO', { from: 0 }),
    y: usdAxis('an hour'),
    series: [
      {
        name: 'cost',
        colour: 'blue',
        look: 'line',
        points: samples
          .filter((sample) => sample.costPerHour <= top)
          .map((sample) => ({ x: sample.sloMs, y: sample.costPerHour })),
      },
      {
        name: 'this plan',
        colour: 'orange',
        look: 'dots',
        points: [{ x: sloMs, y: costPerHour, label: `${formatUsd(costPerHour)} at ${formatMs(sloMs)}` }],
        isAid: true,
      },
    ],
    tips: 'columns',
  };
  return [{ kind: 'charts', charts: [chart] }];
}

const prices = ({ hardware }: FeasiblePlan): Block[] =>
  Object.entries(hardware).map(([name, price]) => ({ kind: 'note', text: `${name}: ${priceText(price)}` }));
