/** Simulated runs under several dispatch rules, a line for each. */
import type { Enforcement } from '../domain/enforcement.ts';
import type { SimulationResult } from '../domain/simulation.ts';
import { formatMs, formatPercent, significant } from './format.ts';
import { meanBatch, meanBusy } from './machine-means.ts';
import { formatShare, formatTarget, MISSES } from './outcome-share.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

type Run = SimulationResult;

export function renderRules(runs: readonly Run[], style: Style): string {
  const happened = MISSES.filter(({ outcome }) => runs.some((run) => run[outcome] > 0));
  const target = runs[0]?.carried?.attainment;
  const columns: Column<Run>[] = [
    { title: 'rule', align: 'left', text: ({ rules }) => dispatchText(rules) },
    { title: 'in time', text: ({ served, requests }) => formatShare(served, requests) },
    { title: 'goodput', text: ({ goodputRps }) => `${significant(goodputRps)}/s` },
    ...(['p50', 'p99', 'max'] as const).map((figure) => ({
      title: figure,
      text: ({ latencyMs }: Run) => (latencyMs ? formatMs(latencyMs[figure]) : '–'),
    })),
    { title: 'busy', text: ({ machines }) => formatPercent(meanBusy(machines)) },
    { title: 'batch', text: ({ modules }) => significant(meanBatch(modules)) },
    ...happened.map(({ name, outcome }) => ({ title: name, text: (run: Run) => String(run[outcome]) })),
  ];
  if (target !== undefined) columns.push({ title: `at ${formatTarget(target)}`, text: carriedText });
  return table(runs, columns, style);
}

/** The rule, and which modules have another one. */
export const dispatchText = ({ dispatch, dispatchAt = {} }: Enforcement): string =>
  [dispatch, ...Object.entries(dispatchAt).map(([module, rule]) => `(${rule} at ${module})`)].join(' ');

const carriedText = ({ carried }: Run): string =>
  carried?.rateRps === undefined ? '–' : `${significant(carried.rateRps)}/s`;
