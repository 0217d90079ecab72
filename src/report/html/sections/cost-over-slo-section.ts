/** What plans of several planners cost over SLOs, and how far each is from the optimum. */
import type { CostOverSlo } from '../../../domain/comparison.ts';
import { formatMs, formatRatio, formatUsd } from '../../format.ts';
import { msAxis, numberAxis, usdAxis } from '../chart/axes.ts';
import { type Axis, type Chart, colourOf } from '../chart/chart.ts';
import { type Block, dataTable, type Section } from '../section.ts';
import { aboutCompared } from './comparison-section.ts';

/** Near the fastest durations costs grow without limit: what is above so many times the loosest SLO's is cut off. */
const MOST = 3;

/** Costs of several SLOs as lines, and over those of the optimum. */
export function costOverSloSection(sweep: CostOverSlo): Section {
  const { slosMs, planners } = sweep;
  const optimal = planners.find(({ planner }) => planner === 'optimal')?.costsPerHour;
  const loosest = Math.min(...planners.flatMap(({ costsPerHour }) => costsPerHour.at(-1) ?? []));
  const top = Number.isFinite(loosest) ? loosest * MOST : Number.POSITIVE_INFINITY;
  const isCut = planners.some(({ costsPerHour }) => costsPerHour.some((cost) => cost !== null && cost > top));
  const x = msAxis('SLO', { log: slosMs.at(-1)! > 4 * slosMs[0]! });
  const chart = (
    title: string,
    says: string,
    y: Axis,
    of: (cost: number, at: number) => number | null,
  ): Chart => ({
    title,
    says,
    x,
    y,
    series: planners.map(({ planner, costsPerHour }, index) => ({
      name: planner,
      colour: colourOf(index),
      look: slosMs.length > 40 ? 'line' : 'joined',
      points: costsPerHour.map((cost, at) => ({ x: slosMs[at]!, y: cost === null ? null : of(cost, at) })),
    })),
    names: 'ends',
    tips: 'columns',
  });
  const gaps = isCut ? `Gaps: no plan, or more than ${formatUsd(top)}.` : 'Gaps: no plan.';
  const overOptimal = (cost: number, at: number): number | null => {
    const least = optimal?.[at];
    return least === null || least === undefined ? null : cost / least;
  };
  const ratios = planners.flatMap(({ costsPerHour }) =>
    costsPerHour.flatMap((cost, at) => (cost === null ? [] : (overOptimal(cost, at) ?? []))),
  );
  return {
    kind: 'cost over SLO',
    title: sweep.application,
    about: `${aboutCompared(sweep)} · ${slosMs.length} SLOs from ${formatMs(slosMs[0]!)} to ${formatMs(slosMs.at(-1)!)}`,
    blocks: [
      {
        kind: 'charts',
        charts: [
          chart('Cost over the SLO', gaps, usdAxis('an hour'), (cost) => (cost > top ? null : cost)),
          ...(optimal
            ? [
                chart(
                  'Cost over the optimum',
                  `At most ${formatRatio(Math.max(1, ...ratios))} times.`,
                  numberAxis('times the optimum', {
                    from: 1,
                    to: Math.max(1.01, ...ratios),
                    format: formatRatio,
                  }),
                  overOptimal,
                ),
              ]
            : []),
        ],
      },
      plannerTable(sweep, overOptimal),
    ],
  };
}

function plannerTable(
  { planners, slosMs }: CostOverSlo,
  overOptimal: (cost: number, at: number) => number | null,
): Block {
  const rows = planners.map(({ planner, costsPerHour }) => {
    const ratios = costsPerHour.flatMap((cost, at) => (cost === null ? [] : (overOptimal(cost, at) ?? [])));
    return {
      planner,
      solved: costsPerHour.filter((cost) => cost !== null).length,
      mean: ratios.length > 0 ? ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length : undefined,
      worst: ratios.length > 0 ? Math.max(...ratios) : undefined,
      tightestMs: slosMs[costsPerHour.findIndex((cost) => cost !== null)],
    };
  });
  return dataTable('Planners', rows, [
    { title: 'planner', cell: ({ planner }) => planner, align: 'left' },
    {
      title: 'SLOs with a plan',
      cell: ({ solved }) => ({ text: `${solved} of ${slosMs.length}`, bar: solved / slosMs.length }),
    },
    { title: 'tightest', cell: ({ tightestMs }) => (tightestMs === undefined ? '–' : formatMs(tightestMs)) },
    { title: '× optimal, mean', cell: ({ mean }) => formatRatio(mean) },
    { title: 'worst', cell: ({ worst }) => formatRatio(worst) },
  ]);
}
