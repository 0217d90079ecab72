/** What `harp simulate` prints: what became of the requests, their latencies, the machines; several rules side by side. */
import type { SimulationComparison, SimulationResult } from '../domain/simulation.ts';
import { describeArrivals } from '../simulation/arrivals/describe-arrivals.ts';
import { parseArrivals } from '../simulation/arrivals/parse-arrivals.ts';
import { renderAttainment } from './attainment-chart.ts';
import { formatMs, formatUsd, significant } from './format.ts';
import { renderLatencies } from './latency-bars.ts';
import { renderMachines } from './machines-table.ts';
import { formatShare, formatTarget, OUTCOMES } from './outcome-share.ts';
import { dispatchText, renderRules } from './rule-table.ts';
import { shorten } from './shorten.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const NAME_WIDTH = 36;

export const renderSimulation = (result: SimulationResult | SimulationComparison, style: Style): string =>
  (result.kind === 'simulation' ? oneRun(result, style) : severalRuns(result, style))
    .filter((section) => section !== '')
    .join('\n\n');

const oneRun = (run: SimulationResult, style: Style): string[] => [
  headline(run, run.durationMs, style),
  outcomes(run, style),
  latencies(run, style),
  renderLatencies(run, style),
  renderAttainment(run, style),
  renderMachines(run, style),
  promise(run, style),
  verdict([run], style),
];

function severalRuns(comparison: SimulationComparison, style: Style): string[] {
  const { runs } = comparison;
  return [headline(comparison, runs[0]!.durationMs, style), renderRules(runs, style), verdict(runs, style)];
}

type Asked = Pick<
  SimulationComparison,
  | 'application'
  | 'rateRps'
  | 'sloMs'
  | 'arrivals'
  | 'serviceTimes'
  | 'fanOut'
  | 'networkDelay'
  | 'faults'
  | 'seed'
>;

function headline(asked: Asked, durationMs: number, style: Style): string {
  const { application, rateRps, sloMs, arrivals, serviceTimes, fanOut, networkDelay, faults, seed } = asked;
  const conditions = [
    describeArrivals(parseArrivals(arrivals)),
    `durations ${serviceTimes}`,
    fanOut === 'random' && 'fan-out random',
    networkDelay !== undefined && `network ${networkDelay} ms`,
    faults !== undefined && `faults ${faults.join(' ')}`,
    `seed ${seed}`,
  ].filter((part) => part !== false);
  return [
    `${style.bold(shorten(application, NAME_WIDTH))}: ${significant(rateRps)} requests/s within ${formatMs(sloMs)}, for ${significant(durationMs / 1000)} s`,
    style.dim(conditions.join(' · ')),
  ].join('\n');
}

/** What happened, refusals with their reasons. */
function outcomes(run: SimulationResult, style: Style): string {
  const reasons = Object.entries(run.shedBecause).map(([reason, count]) => `${reason} ${count}`);
  return table(
    OUTCOMES.filter(({ outcome }) => outcome === 'served' || run[outcome] > 0),
    [
      {
        title: 'requests',
        align: 'left',
        text: ({ name, outcome }) => (outcome === 'served' ? style.good(name) : style.bad(name)),
      },
      { title: String(run.requests), text: ({ outcome }) => String(run[outcome]) },
      { title: '', text: ({ outcome }) => formatShare(run[outcome], run.requests) },
      {
        title: '',
        align: 'left',
        text: ({ outcome }) => (outcome === 'shed' ? style.dim(reasons.join(', ')) : ''),
      },
    ],
    style,
  );
}

const FIGURES = ['mean', 'p50', 'p95', 'p99', 'max'] as const;

function latencies({ latencyMs }: SimulationResult, style: Style): string {
  if (latencyMs === undefined) return '';
  const columns = FIGURES.flatMap((figure) => {
    const seenMs = latencyMs[figure];
    return seenMs === undefined ? [] : [{ title: figure, text: () => formatMs(seenMs) }];
  });
  return table([latencyMs], [{ title: 'latency', align: 'left', text: () => '' }, ...columns], style);
}

/** What the plan was made for beside what came of it. */
function promise({ planned, rules, goodputRps, carried, latencyMs }: SimulationResult, style: Style): string {
  const { deadlines, paced } = rules;
  const lines = [
    `goodput     ${style.bold(`${significant(goodputRps)}/s`)} in time; the plan is for ${significant(planned.rateRps)}/s at ${formatUsd(planned.costPerHour)} an hour`,
    `worst case  ${formatMs(planned.worstCaseMs)} planned${latencyMs ? `, ${formatMs(latencyMs.max)} seen` : ''}`,
    `rules       ${dispatchText(rules)} dispatch, ${deadlines} deadlines${paced ? ', paced' : ''}`,
  ];
  if (carried !== undefined) lines.push(`carries     ${carriedText(carried)}`);
  return lines.join('\n');
}

const carriedText = ({ attainment, rateRps, replays }: NonNullable<SimulationResult['carried']>): string =>
  `${rateRps === undefined ? 'no rate that was tried' : `${significant(rateRps)}/s`} with ${formatTarget(attainment)} in time (${replays} runs)`;

/** Said where a gate failed. */
function verdict(runs: readonly SimulationResult[], style: Style): string {
  const failed = runs.filter(({ gate }) => gate?.passed === false);
  const [first] = failed;
  if (first === undefined) return '';
  const seen = failed.map(
    ({ rules, served, requests }) => `${dispatchText(rules)} ${formatShare(served, requests)}`,
  );
  return `${style.bad('too few in time')}: ${seen.join(', ')}; --attainment is ${formatTarget(first.gate!.attainment)}\n${style.dim(
    '→ Plan for a higher rate or a smaller SLO, or see what --dispatch rules make of it.',
  )}`;
}
