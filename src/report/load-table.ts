/** What `harp load` prints: what became of the requests, their latencies, and how those are spread. */
import type { LoadResult } from '../load/summarize-load.ts';
import { formatMs, formatPercent, significant } from './format.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export function renderLoad(result: LoadResult, style: Style): string {
  return [headline(result, style), outcomes(result, style), latencies(result, style), notes(result, style)]
    .filter((section) => section !== '')
    .join('\n\n');
}

const headline = (
  { model, url, rateRps, arrivals, rows, durationS, sloMs }: LoadResult,
  style: Style,
): string =>
  `${style.bold(model)} at ${url}: ${significant(rateRps)} requests/s, ${arrivals}${rows > 1 ? `, ${rows} rows each` : ''}, ` +
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

/** A line for each step of latency; what lies beyond the SLO is painted as bad. */
function bars(histogram: LoadResult['histogram'], sloMs: number, style: Style): string {
  const most = Math.max(...histogram.map(({ count }) => count));
  return table(
    histogram,
    [
      { title: 'up to', text: ({ upToMs }) => formatMs(upToMs) },
      { title: '', text: ({ count }) => String(count) },
      {
        title: '',
        align: 'left',
        text: ({ upToMs, count }) => {
          const bar = '█'.repeat(Math.ceil((count / most) * BAR_WIDTH));
          return upToMs > sloMs ? style.bad(bar) : style.good(bar);
        },
      },
    ],
    style,
  );
}

function notes(result: LoadResult, style: Style): string {
  const { goodputRps, achievedRps, meanBatch, meanQueueMs, meanComputeMs, clientLagMs } = result;
  return style.dim(
    [
      `goodput ${significant(goodputRps)}/s of ${significant(achievedRps)}/s sent`,
      meanBatch === undefined ? undefined : `mean batch ${significant(meanBatch)}`,
      meanQueueMs === undefined ? undefined : `mean queueing ${formatMs(meanQueueMs)}`,
      meanComputeMs === undefined ? undefined : `mean compute ${formatMs(meanComputeMs)}`,
      `client late by ${formatMs(clientLagMs.p99)} at most in 99 %`,
    ]
      .filter((note) => note !== undefined)
      .join(' · '),
  );
}
