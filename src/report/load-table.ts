/** What `harp load` prints: what became of the requests, their latencies, and how those are spread. */
import type { LoadResult } from '../load/load-result.ts';
import { describeArrivals } from '../simulation/arrivals/describe-arrivals.ts';
import { parseArrivals } from '../simulation/arrivals/parse-arrivals.ts';
import { formatMs, formatPercent, formatUsd, significant } from './format.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export function renderLoad(result: LoadResult, style: Style): string {
  return [
    headline(result, style),
    outcomes(result, style),
    latencies(result, style),
    promise(result, style),
    notes(result, style),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

const headline = (
  { model, url, rateRps, arrivals, rows, durationS, sloMs }: LoadResult,
  style: Style,
): string =>
  `${style.bold(model)} at ${url}: ${significant(rateRps)} requests/s, ${describeArrivals(parseArrivals(arrivals))}${rows > 1 ? `, ${rows} rows each` : ''}, ` +
  `for ${significant(durationS)} s, SLO ${formatMs(sloMs)}`;

function outcomes(result: LoadResult, style: Style): string {
  const rows: [name: string, count: number][] = [
    ['in time', result.ok],
    ['late', result.late],
    ['shed', result.shed],
    ['expired', result.expired],
    ...Object.entries(result.failures).map(([outcome, count]): [string, number] => [
      `failed: ${outcome}`,
      count,
    ]),
  ];
  const happened = rows.filter(([name, count]) => name === 'in time' || count > 0);
  const share = (count: number) => formatPercent(result.sent > 0 ? count / result.sent : 0);
  const paint = (name: string, text: string) => (name === 'in time' ? style.good(text) : style.bad(text));
  return table(
    happened,
    [
      { title: 'requests', align: 'left', text: ([name]) => paint(name, name) },
      { title: String(result.sent), text: ([, count]) => String(count) },
      { title: '', text: ([, count]) => share(count) },
    ],
    style,
  );
}

function latencies({ latencyMs, histogram, sloMs }: LoadResult, style: Style): string {
  if (!latencyMs) return '';
  const columns = (['p50', 'p90', 'p95', 'p99', 'max', 'mean'] as const).map((figure) => ({
    title: figure,
    text: () => formatMs(latencyMs[figure]),
  }));
  const summary = table(
    [latencyMs],
    [{ title: 'latency', align: 'left', text: () => '' }, ...columns],
    style,
  );
  return `${summary}\n\n${bars(histogram, sloMs, style)}`;
}

const BAR_WIDTH = 40;
const MOST_BARS = 16;

/** A line for each step of latency; those that lie beyond the SLO are painted as bad. */
function bars(histogram: LoadResult['histogram'], sloMs: number, style: Style): string {
  const bins = merge(histogram, Math.ceil(histogram.length / MOST_BARS));
  const most = Math.max(...bins.map(({ count }) => count));
  const lines = bins.map(({ upToMs, count }, index) => {
    const paint = (bins[index - 1]?.upToMs ?? 0) < sloMs ? style.good : style.bad;
    return { upToMs, count, bar: paint('█'.repeat(Math.ceil((count / most) * BAR_WIDTH))) };
  });
  return table(
    lines,
    [
      { title: 'up to', text: ({ upToMs }) => formatMs(upToMs) },
      { title: '', text: ({ count }) => String(count) },
      { title: '', align: 'left', text: ({ bar }) => bar },
    ],
    style,
  );
}

/** Every so many bins as one. */
const merge = (bins: LoadResult['histogram'], size: number): LoadResult['histogram'] =>
  Array.from({ length: Math.ceil(bins.length / size) }, (_, index) => {
    const group = bins.slice(index * size, (index + 1) * size);
    return { upToMs: group.at(-1)!.upToMs, count: group.reduce((sum, { count }) => sum + count, 0) };
  });

const perSecond = (rateRps: number): string => `${significant(rateRps)}/s`;

/** What the plan promised beside what was seen. */
function promise({ planned, latencyMs, attainment, goodputRps }: LoadResult, style: Style): string {
  if (!planned || !latencyMs) return '';
  const seen = (ms: number): string => {
    const text = formatMs(ms);
    if (ms <= planned.worstCaseMs) return style.good(text);
    return ms <= planned.sloMs ? text : style.bad(text);
  };
  const rows = [
    { what: 'answered in time', planned: perSecond(planned.rateRps), seen: perSecond(goodputRps) },
    { what: `within ${formatMs(planned.sloMs)}`, planned: formatPercent(1), seen: formatPercent(attainment) },
    {
      what: 'latency, worst case | p50',
      planned: formatMs(planned.worstCaseMs),
      seen: seen(latencyMs.p50),
    },
    { what: '                    | p99', planned: '', seen: seen(latencyMs.p99) },
    { what: '                    | max', planned: '', seen: seen(latencyMs.max) },
    { what: 'cost per hour', planned: formatUsd(planned.costPerHour), seen: '' },
  ];
  return `${table(
    rows,
    [
      { title: 'the plan', align: 'left', text: ({ what }) => what },
      { title: 'promised*', text: (row) => row.planned },
      { title: 'seen', text: ({ seen }) => seen },
    ],
    style,
  )}\n${style.dim('* in the engine, with evenly spaced arrivals')}`;
}

function notes(result: LoadResult, style: Style): string {
  const { goodputRps, achievedRps, meanBatch, meanQueueMs, meanComputeMs, clientLagMs } = result;
  return style.dim(
    [
      `goodput ${significant(goodputRps)}/s of ${significant(achievedRps)}/s sent`,
      meanBatch === undefined ? undefined : `mean batch ${significant(meanBatch)}`,
      meanQueueMs === undefined ? undefined : `mean queueing ${formatMs(meanQueueMs)}`,
      meanComputeMs === undefined ? undefined : `mean compute ${formatMs(meanComputeMs)}`,
      `client late by ${formatMs(clientLagMs.p99)} (p99)`,
    ]
      .filter((note) => note !== undefined)
      .join(' · '),
  );
}
