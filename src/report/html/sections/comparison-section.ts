/** Planners side by side on one application. */
import type { ApplicationComparison, ComparedPlan, CostOverSlo } from '../../../domain/comparison.ts';
import { simulatedText, worstCaseText } from '../../compare-table.ts';
import { machinesInShort } from '../../describe-machines.ts';
import { formatMs, formatRatio, formatUsd, significant } from '../../format.ts';
import { dataTable, type Section } from '../section.ts';

/** What they were asked for, in a line. */
export const aboutCompared = ({ rateRps, billing }: ApplicationComparison | CostOverSlo): string =>
  `${significant(rateRps)} requests/s · ${billing} billing`;

export function comparisonSection(comparison: ApplicationComparison): Section {
  const { application, sloMs, planners, simulatedUnder } = comparison;
  const under = simulatedUnder === undefined ? '' : ` · ${simulatedText(simulatedUnder)}`;
  const dearest = Math.max(...planners.map(({ plan }) => (plan.feasible ? plan.costPerHour : 0)));
  return {
    kind: 'planners',
    title: application,
    about: `${aboutCompared(comparison)} · within ${formatMs(sloMs)}${under}`,
    blocks: [
      dataTable('Planners', planners, [
        { title: 'planner', cell: ({ planner }) => planner, align: 'left' },
        {
          title: 'per hour',
          cell: ({ plan }) =>
            plan.feasible
              ? { text: formatUsd(plan.costPerHour), bar: plan.costPerHour / dearest }
              : { text: 'no plan', tone: 'bad' },
        },
        { title: '× optimal', cell: ({ costToOptimal }) => formatRatio(costToOptimal) },
        { title: 'worst case', cell: ({ plan }) => (plan.feasible ? worstCaseText(plan) : '–') },
        { title: 'solved in', cell: ({ solveMs }) => formatMs(solveMs) },
        { title: 'machines', cell: ({ plan }) => machinesText(plan), align: 'left' },
      ]),
    ],
  };
}

const machinesText = (plan: ComparedPlan['plan']): string =>
  plan.feasible
    ? plan.modules
        .map(({ name, allocations }) => {
          const machines = allocations.map(machinesInShort).join(' + ');
          return `${plan.modules.length > 1 ? `${name}: ` : ''}${machines}`;
        })
        .join('; ')
    : plan.reason.message;
