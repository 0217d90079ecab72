/** The benchmark of planners as tables: costs and run times, what each part of Harpagon earns, and the paper beside them. */
import type {
  BenchmarkComparison,
  LoosenessClass,
  PlannerFigures,
  RatioSummary,
} from '../domain/comparison.ts';
import { formatMs, formatPercent, formatRatio } from './format.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

export function renderBenchmark(comparison: BenchmarkComparison, style: Style): string {
  const { workloads, planners, ablations } = comparison;
  return [
    `${style.bold('benchmark')}: ${workloads} workloads${style.dim('  (synthetic profiles, proportional billing; run times after a warm-up)')}`,
    figures('planner', planners, style),
    style.bold('what each part of harpagon earns'),
    figures('ablation', ablations, style),
    style.bold("cost over harpagon's by how loose the SLO is, and the share solved"),
    byLooseness(comparison, style),
    published(comparison, style),
  ].join('\n\n');
}

const figures = (title: string, rows: readonly PlannerFigures[], style: Style): string =>
  table<PlannerFigures>(
    rows,
    [
      { title, align: 'left', text: ({ planner }) => planner },
      { title: 'solved', text: ({ solved }) => formatPercent(solved) },
      { title: 'equal to optimal', text: ({ equalToOptimal }) => formatPercent(equalToOptimal) },
      ...ratioColumns('× optimal', ({ costToOptimal }) => costToOptimal),
      ...ratioColumns('× harpagon', ({ costToHarpagon }) => costToHarpagon),
      { title: 'p50', text: ({ runtimeMs }) => formatMs(runtimeMs.p50) },
      { title: 'p99', text: ({ runtimeMs }) => formatMs(runtimeMs.p99) },
    ],
    style,
  );

const ratioColumns = (
  title: string,
  of: (figures: PlannerFigures) => RatioSummary | null,
): Column<PlannerFigures>[] => [
  { title, text: (figures) => formatRatio(of(figures)?.mean) },
  { title: 'median', text: (figures) => formatRatio(of(figures)?.median) },
  { title: 'worst', text: (figures) => formatRatio(of(figures)?.worst) },
];

function byLooseness({ looseness }: BenchmarkComparison, style: Style): string {
  const planners = looseness[0]!.planners.map(
    ({ planner }, index): Column<LoosenessClass> => ({
      title: planner,
      text: ({ planners }) => {
        const { meanCostToHarpagon, solved } = planners[index]!;
        return `${formatRatio(meanCostToHarpagon)} (${formatPercent(solved)})`;
      },
    }),
  );
  const name: Column<LoosenessClass> = {
    title: 'SLO over fastest path',
    align: 'left',
    text: ({ from, to }) => (to === null ? `${from} and more` : `${from} to ${to}`),
  };
  const workloads: Column<LoosenessClass> = {
    title: 'workloads',
    text: ({ workloads }) => String(workloads),
  };
  return table(looseness, [name, workloads, ...planners], style);
}

const WHY = `Why the baselines' figures differ: a mean is over what a planner solves, and they solve none of the tightest workloads,
where they would cost most; towards loose objectives every planner fills machines of the best point, and costs converge, as the
table by SLO shows. They are planned here by one model (exact quanta, partial machines billed by their share), on our profiles
and prices: close to what each idea can do, not to what its authors' system did.`;

const BASELINES: readonly string[] = ['scrooge', 'nexus', 'inferline', 'clipper'];

function published({ planners, harpagonGaps, published }: BenchmarkComparison, style: Style): string {
  const [optimal, harpagon] = ['optimal', 'harpagon'].map(
    (name) => planners.find(({ planner }) => planner === name)!,
  ) as [PlannerFigures, PlannerFigures];
  const means = planners
    .filter(({ planner }) => BASELINES.includes(planner))
    .flatMap(({ costToHarpagon }) => costToHarpagon?.mean ?? []);
  const rest = harpagonGaps.map(({ from, to, share }) => {
    const above = from < 0.01 ? 'up to' : `${percent(from)} to`;
    return `${formatPercent(share)} by ${to === null ? `more than ${percent(from)}` : `${above} ${percent(to)}`}`;
  });
  const { least, most } = published.baselinesToHarpagon;
  return [
    `${style.bold('beside the paper')} ${style.dim(published.source)}`,
    `optimal is proven on ${formatPercent(optimal.proven)} of workloads`,
    `harpagon equals the optimum on ${formatPercent(harpagon.equalToOptimal)} of workloads; theirs on ${formatPercent(published.harpagonEqualToOptimal)}`,
    `above it: ${rest.join(', ')}`,
    means.length === 0
      ? 'baselines solve none of these'
      : `baselines cost ${formatRatio(Math.min(...means))} to ${formatRatio(Math.max(...means))} times harpagon on average; theirs ${least} to ${most}`,
    style.dim(WHY),
  ].join('\n');
}

const percent = (share: number): string => `${share * 100} %`;
