/** What `harp plan --explain` prints: what binds each module, what else it could run, and what other SLOs and rates cost. */
import type { Explanation, Margin, ModuleExplanation } from '../domain/explanation.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import { renderCostCurve } from './cost-curve-chart.ts';
import { bounded, formatMs, formatUsd } from './format.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export const renderExplanation = (plan: FeasiblePlan, explanation: Explanation, style: Style): string =>
  [
    moduleTable(plan, explanation, style),
    marginTable(plan, explanation, style),
    renderCostCurve(plan, explanation, style),
    ...(explanation.complete ? [] : [style.dim('Time ran out before all was known: raise --time-limit.')]),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

const moduleTable = (plan: FeasiblePlan, { modules, complete }: Explanation, style: Style): string =>
  `${moduleRows(plan, { modules, complete }, style)}\n${style.dim(
    "Next best point: leads where a module's leading point is left out; the plan then costs so much more.",
  )}`;

const moduleRows = (
  plan: FeasiblePlan,
  { modules, complete }: Pick<Explanation, 'modules' | 'complete'>,
  style: Style,
): string =>
  table<ModuleExplanation>(
    modules,
    [
      { title: 'module', align: 'left', text: ({ name }) => name },
      { title: 'bound by', align: 'left', text: (module) => boundBy(plan, module) },
      { title: 'on path', align: 'left', text: ({ path }) => path.join(' → ') },
      { title: 'slack', text: ({ slackMs }) => formatMs(slackMs) },
      {
        title: 'next best point',
        align: 'left',
        text: ({ runnerUp }) =>
          runnerUp
            ? `${pointText(runnerUp)}, ${signed(runnerUp.extraPerHour)} an hour`
            : complete
              ? 'no plan'
              : 'not known',
      },
    ],
    style,
  );

/** "batch 16 on g6.xlarge: 178 ms" */
export function boundBy({ modules }: FeasiblePlan, { name, bindingRank }: ModuleExplanation): string {
  const { allocations } = modules.find((module) => module.name === name)!;
  const binding = allocations[bindingRank - 1]!;
  const rank = allocations.length > 1 ? `rank ${bindingRank}, ` : '';
  return `${rank}${pointText(binding)}: ${formatMs(binding.worstCaseMs)}`;
}

export const pointText = ({ hardware, cores, batchSize }: ModuleExplanation['leading']): string =>
  `batch ${batchSize} on ${cores === 1 ? '' : `${cores} cores of `}${hardware}`;

interface MarginRow {
  readonly change: string;
  readonly margin: Margin | undefined;
  readonly position: (value: number) => string;
  readonly unit: string;
  readonly here: number;
}

/** Where the cost changes is rounded to the side on which it is true what is said of it: a rate down, an SLO up. */
function marginTable(plan: FeasiblePlan, explanation: Explanation, style: Style): string {
  const ofSlo = { position: (ms: number) => `${bounded(ms, 'up')} ms`, unit: 'ms', here: plan.sloMs };
  const ofRate = {
    position: (rps: number) => `${bounded(rps, 'down')}/s`,
    unit: 'request/s',
    here: plan.rateRps,
  };
  const rows: MarginRow[] = [
    { change: 'SLO − 1 ms', margin: explanation.tighterSlo, ...ofSlo },
    { change: 'SLO + 1 ms', margin: explanation.looserSlo, ...ofSlo },
    { change: 'rate + 1/s', margin: explanation.higherRate, ...ofRate },
    { change: 'rate − 1/s', margin: explanation.lowerRate, ...ofRate },
  ];
  const known = rows.filter(({ margin }) => margin !== undefined);
  if (known.length === 0) return '';
  return table<MarginRow>(
    known,
    [
      { title: 'change', align: 'left', text: ({ change }) => change },
      { title: 'an hour', text: ({ margin }) => oneUnitText(plan.costPerHour, margin!) },
      { title: 'and on', align: 'left', text: (row) => nextText(plan.costPerHour, row) },
    ],
    style,
  );
}

const oneUnitText = (costPerHour: number, { oneUnitPerHour }: Margin): string =>
  oneUnitPerHour === undefined ? 'no plan' : signed(oneUnitPerHour - costPerHour);

/** Where the cost changes is told apart from here beyond the precision of the search. */
const HERE = 1e-4;

function nextText(costPerHour: number, { margin, position, unit, here }: MarginRow): string {
  const { next } = margin!;
  switch (next.kind) {
    case 'slope': {
      const slope = `${signed(next.usdPerHourPerUnit)} per ${unit}`;
      const isHere = Math.abs(next.from - here) <= HERE * here;
      return isHere ? slope : `level to ${position(next.from)}, then ${slope}`;
    }
    case 'step':
      return `level to ${position(next.at)}, then ${signed(next.costPerHour - costPerHour)} at once`;
    case 'level':
      return `level to ${position(next.until)} at least`;
    case 'end':
      return `level to ${position(next.at)}, no plan beyond`;
  }
}

/** "+$0.12", "−$0.0034", "±$0" where nothing changes. */
function signed(usd: number): string {
  if (Math.abs(usd) < 5e-7) return '±$0';
  return `${usd < 0 ? '−' : '+'}${formatUsd(Math.abs(usd))}`;
}
