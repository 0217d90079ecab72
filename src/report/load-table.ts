/** What `harp load` prints: what became of the requests, their latencies, and how those are spread. */
import type { LoadResult } from '../domain/load.ts';
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
    carriedRate(result, style),
    gate(result, style),
    modules(result, style),
    notes(result, style),
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

const headline = (
  { model, url, rateRps, arrivals, rows, durationS, sloMs, network }: LoadResult,
  style: Style,
): string =>
  `${style.bold(model)} at ${url}: ${significant(rateRps)} requests/s, ${describeArrivals(parseArrivals(arrivals))}${rows > 1 ? `, ${rows} rows each` : ''}, ` +
  `for ${significant(durationS)} s, SLO ${formatMs(sloMs)}${network ? ` behind the network of ${network.trace}` : ''}`;

function outcomes(result: LoadResult, style: Style): string {
  const rows: [name: string, count: number][] = [
    ['in time', result.served],
    ['late', result.late],
    ['shed', result.shed],
    ['expired', result.expired],
    ...Object.entries(result.failures).map(([kind, count]): [string, number] => [`failed: ${kind}`, count]),
  ];
  const happened = rows.filter(([name, count]) => name === 'in time' || count > 0);
  const share = (count: number) => formatPercent(result.sent > 0 ? count / result.sent : 0);
  const paint = (name: string, text: string) => (name === 'in time' ? style.good(text) : style.bad(text));
  const counts = table(
    happened,
    [
      { title: 'requests', align: 'left', text: ([name]) => paint(name, name) },
      { title: String(result.sent), text: ([, count]) => String(count) },
      { title: '', text: ([, count]) => share(count) },
    ],
    style,
  );
  const said = Object.entries(result.failureMessages).map(([kind, message]) => `${kind}: ${message}`);
  return [counts, ...said.map(style.dim)].join('\n');
}

function latencies({ latencyMs, histogram, sloMs }: LoadResult, style: Style): string {
  if (!latencyMs) return '';
  const columns = (['p50', 'p90', 'p95', 'p99', 'p999', 'max', 'mean'] as const).map((figure) => ({
    title: figure === 'p999' ? 'p99.9' : figure,
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

/** The rates that were tried, the lowest first, and the highest that held. */
function carriedRate({ carried }: LoadResult, style: Style): string {
  if (!carried) return '';
  const { attainment: target, rateRps, isNoisy, tried } = carried;
  const rows = tried.toSorted((a, b) => a.rateRps - b.rateRps);
  const paint = (attainment: number, text: string) =>
    attainment >= target ? style.good(text) : style.bad(text);
  const found =
    rateRps === undefined
      ? style.bad(`no rate tried kept ${formatPercent(target)} in time; above is the lowest`)
      : `carried ${style.bold(perSecond(rateRps))} with ${formatPercent(target)} in time${isNoisy ? ', as all lower rates tried did; some higher ones did, too' : ''}; above is that run`;
  return `${table(
    rows,
    [
      { title: 'tried', text: (row) => perSecond(row.rateRps) },
      { title: 'in time', text: ({ attainment }) => paint(attainment, formatPercent(attainment)) },
      { title: 'goodput', text: (row) => perSecond(row.goodputRps) },
      { title: 'p99', text: ({ p99Ms }) => (p99Ms === undefined ? '' : formatMs(p99Ms)) },
      { title: '', align: 'left', text: (row) => (row.clientWasLimit ? 'the client was the limit' : '') },
    ],
    style,
  )}\n${found}`;
}

function gate({ gate: asked }: LoadResult, style: Style): string {
  if (!asked) return '';
  const told = `${asked.violations} not answered in time, at most ${asked.maxViolations} allowed`;
  return asked.passed ? style.good(`passed: ${told}`) : style.bad(`failed: ${told}`);
}

/** Of an application of several: what each module has run for the answers. */
const modules = ({ modules: told }: LoadResult, style: Style): string =>
  told === undefined
    ? ''
    : table(
        told,
        [
          { title: 'module', align: 'left', text: ({ name }) => name },
          { title: 'tasks', text: ({ tasks }) => String(tasks) },
          { title: 'mean batch', text: ({ meanBatch }) => significant(meanBatch) },
          { title: 'mean compute', text: ({ meanComputeMs }) => formatMs(meanComputeMs) },
        ],
        style,
      );

function notes(result: LoadResult, style: Style): string {
  const { goodputRps, achievedRps, intendedRps, meanNetworkMs, meanBatch, meanQueueMs, meanComputeMs } =
    result;
  return style.dim(
    [
      `goodput ${perSecond(goodputRps)}, sent ${perSecond(achievedRps)} of ${perSecond(intendedRps)} due`,
      meanNetworkMs === undefined ? undefined : `mean network ${formatMs(meanNetworkMs)}`,
      meanBatch === undefined ? undefined : `mean batch ${significant(meanBatch)}`,
      meanQueueMs === undefined ? undefined : `mean queueing ${formatMs(meanQueueMs)}`,
      meanComputeMs === undefined ? undefined : `mean compute ${formatMs(meanComputeMs)}`,
      `client late by ${formatMs(result.clientLagMs.p99)} (p99), busy ${formatPercent(result.clientBusyFraction)}`,
    ]
      .filter((note) => note !== undefined)
      .join(' · '),
  );
}
