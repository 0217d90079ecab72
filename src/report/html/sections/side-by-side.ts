/** What was planned, simulated and measured of one application: the same figures in columns, and their latencies in one chart. */
import type { ReportDocument } from '../../../domain/report-document.ts';
import { formatMs, formatPercent, formatUsd, significant } from '../../format.ts';
import { msAxis, shareAxis } from '../chart/axes.ts';
import { type Chart, colourOf, type Point } from '../chart/chart.ts';
import { type Block, dataTable, type Section, type TableColumn } from '../section.ts';
import { type Account, accountsOf } from './account.ts';
import { type LatencyBin, latencyLimits } from './outcome-charts.ts';

/** A section for each application that at least two documents tell of. */
export function sideBySide(documents: readonly ReportDocument[]): { section: Section; files: string[] }[] {
  const accounts = documents.flatMap(accountsOf);
  return [...new Set(accounts.map(({ application }) => application))]
    .map((application) => accounts.filter((account) => account.application === application))
    .filter((those) => those.length > 1)
    .map((those) => ({ section: sectionOf(those), files: those.map(({ file }) => file) }));
}

function sectionOf(accounts: readonly Account[]): Section {
  const named = withNamesOfTheirOwn(accounts);
  return {
    kind: 'side by side',
    title: named[0]!.application,
    about: 'What was planned, what was simulated, what was measured',
    blocks: [figures(named), ...distributions(named)],
  };
}

/** Two of the same kind are told apart by their files. */
const withNamesOfTheirOwn = (accounts: readonly Account[]): Account[] =>
  accounts.map((account) =>
    accounts.some((other) => other !== account && other.name === account.name)
      ? { ...account, name: `${account.name} (${account.file})` }
      : account,
  );

interface Figure {
  readonly name: string;
  readonly of: (account: Account) => string | undefined;
}

const told = (value: number | undefined, format: (value: number) => string): string | undefined =>
  value === undefined ? undefined : format(value);

const perSecond = (rateRps: number): string => `${significant(rateRps)}/s`;

const FIGURES: readonly Figure[] = [
  { name: 'requests', of: ({ rateRps }) => perSecond(rateRps) },
  { name: 'in time', of: ({ attainment }) => told(attainment, formatPercent) },
  { name: 'goodput', of: ({ goodputRps }) => told(goodputRps, perSecond) },
  { name: 'latency, median', of: ({ p50Ms }) => told(p50Ms, formatMs) },
  { name: 'latency, p99', of: ({ p99Ms }) => told(p99Ms, formatMs) },
  { name: 'latency, worst', of: ({ maxMs }) => told(maxMs, formatMs) },
  { name: 'mean batch', of: ({ batch }) => told(batch, significant) },
  { name: 'machines busy', of: ({ busy }) => told(busy, formatPercent) },
  { name: 'cost an hour', of: ({ costPerHour }) => told(costPerHour, formatUsd) },
];

function figures(accounts: readonly Account[]): Block {
  const columns: TableColumn<Figure>[] = accounts.map((account) => ({
    title: account.name,
    cell: ({ of }) => of(account) ?? '–',
  }));
  return dataTable(
    'Planned, simulated, measured',
    FIGURES,
    [{ title: '', cell: ({ name }) => name, align: 'left' }, ...columns],
    'A planned worst case is time in the engine, with evenly spaced arrivals, and no network.',
  );
}

function distributions(accounts: readonly Account[]): Block[] {
  const seen = accounts.filter(({ bins }) => bins && bins.length > 0);
  if (seen.length === 0) return [];
  const { sloMs, worstCaseMs } = accounts[0]!;
  const chart: Chart = {
    title: 'How many answers came within which time',
    x: msAxis('latency', { log: true }),
    y: shareAxis('share of answers', { to: 1 }),
    series: seen.map(({ name, bins }, index) => ({
      name,
      colour: colourOf(index),
      look: index === 0 ? 'line' : 'dashed',
      points: cumulated(bins!),
    })),
    references: latencyLimits({
      sloMs,
      planned: worstCaseMs === undefined ? undefined : { worstCaseMs },
    }).map((reference) => ({ ...reference, isLow: true })),
    names: 'above',
  };
  return [{ kind: 'charts', charts: [chart] }];
}

function cumulated(bins: readonly LatencyBin[]): Point[] {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  let before = 0;
  return bins.map(({ toMs, count }) => {
    before += count;
    return { x: toMs, y: before / all };
  });
}
