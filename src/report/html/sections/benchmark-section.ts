/** Planners, and what each part of harpagon is worth, over the benchmark. */
import type { BenchmarkComparison, PlannerFigures } from '../../../domain/comparison.ts';
import { formatMs, formatPercent, formatRatio } from '../../format.ts';
import { type Block, dataTable, type Section } from '../section.ts';

export function benchmarkSection({ workloads, planners, ablations }: BenchmarkComparison): Section {
  return {
    kind: 'benchmark of planners',
    title: 'benchmark',
    about: `${workloads.toLocaleString('en-US')} workloads on synthetic profiles, proportional billing`,
    blocks: [figuresTable('Planners', planners), figuresTable('Ablations of harpagon', ablations)],
  };
}

function figuresTable(title: string, rows: readonly PlannerFigures[]): Block {
  const dearest = Math.max(...rows.map(({ costToOptimal }) => costToOptimal?.mean ?? 1));
  return dataTable(title, rows, [
    { title: 'planner', cell: ({ planner }) => planner, align: 'left' },
    { title: 'solved', cell: ({ solved }) => ({ text: formatPercent(solved), bar: solved }) },
    { title: 'equal to optimal', cell: ({ equalToOptimal }) => formatPercent(equalToOptimal) },
    {
      title: '× optimal, mean',
      cell: ({ costToOptimal }) =>
        costToOptimal ? { text: formatRatio(costToOptimal.mean), bar: costToOptimal.mean / dearest } : '–',
    },
    { title: 'worst', cell: ({ costToOptimal }) => formatRatio(costToOptimal?.worst) },
    { title: '× harpagon, mean', cell: ({ costToHarpagon }) => formatRatio(costToHarpagon?.mean) },
    { title: 'p50', cell: ({ runtimeMs }) => formatMs(runtimeMs.p50) },
    { title: 'p99', cell: ({ runtimeMs }) => formatMs(runtimeMs.p99) },
  ]);
}
