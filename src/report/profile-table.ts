/** A profile for people: its points, how well the latency model fits them, what was skipped and what to doubt. */
import { configText } from '../domain/config-text.ts';
import { counted } from '../domain/counted.ts';
import type { LatencyFit, Profile, ProfilePoint, Statistic } from '../domain/profile.ts';
import type { PointConfig, PointOutcome } from '../profiling/measure-point.ts';
import { formatMs, formatPercent, significant } from './format.ts';
import { misfitNote } from './misfit-text.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

export function profileTable({ file, profile }: { file: string; profile: Profile }, style: Style): string {
  const { model, machine, runtime, points, skipped = [], fit } = profile;
  const place = [
    runtime?.provider,
    machine?.cpuModel,
    runtime?.onnxruntime && `onnxruntime ${runtime.onnxruntime}`,
  ];
  return [
    `${style.bold(model.name)}  ${style.dim(place.filter(Boolean).join(', '))}`,
    '',
    table(points, columns(profile.statistic, style), style),
    '',
    ...(fit ? [fitText(fit), ...misfitLines(fit, style), ''] : []),
    ...predictedText(points, style),
    ...skippedText(skipped, style),
    style.dim(`saved to ${file}`),
  ].join('\n');
}

/** Points that ran into the cap in time. */
export const unstablePoints = ({ points }: Profile): ProfilePoint[] =>
  points.filter(({ stable }) => stable === false);

/** "m, batch 1, 2 on 1 core, batch 4 on 2 cores", or nothing where there are none. */
export function unstableText(profile: Profile): string {
  const points = unstablePoints(profile);
  const byCores = [...new Set(points.map(({ cores }) => cores))].map((cores) => {
    const sizes = points.filter((point) => point.cores === cores).map(({ batchSize }) => batchSize);
    return `batch ${sizes.join(', ')} on ${counted(cores, 'core')}`;
  });
  return byCores.length === 0 ? '' : [profile.model.name, ...byCores].join(', ');
}

/** Warnings about what disturbed the measuring: others on the machine or on its devices, clocks kept down. */
export function disturbanceTexts({ model, points }: Profile): string[] {
  const measured = points.filter(({ predicted }) => !predicted);
  const during = (count: number): string =>
    `while ${count} of ${counted(measured.length, 'point')} ${count === 1 ? 'was' : 'were'} measured`;
  const others = (whose: string, loads: readonly number[]): string[] => {
    const noticed = loads.filter((load) => load > NOTICEABLE_LOAD);
    if (noticed.length === 0) return [];
    const most = formatPercent(Math.max(...noticed));
    return [`${model.name}: others used up to ${most} of ${whose} ${during(noticed.length)}`];
  };
  const throttled = measured.filter(({ deviceThrottled }) => deviceThrottled).length;
  return [
    ...others(
      'this machine',
      measured.map(({ otherLoad = 0 }) => otherLoad),
    ),
    ...others(
      'the device',
      measured.map(({ deviceOtherLoad = 0 }) => deviceOtherLoad),
    ),
    ...(throttled > 0 ? [`${model.name}: heat or power held the device back ${during(throttled)}`] : []),
    ...ownSpeedText(model.name, measured),
  ];
}

/** Where the machine itself was slower at times, by the yardstick beside each point. */
function ownSpeedText(model: string, measured: readonly ProfilePoint[]): string[] {
  const yardsticks = measured.flatMap(({ yardstickMs = [] }) => yardstickMs);
  const variation = Math.max(...yardsticks) / Math.min(...yardsticks) - 1;
  if (!(variation > NOTICEABLE_VARIATION)) return [];
  return [
    `${model}: the machine itself was up to ${formatPercent(variation)} slower at times (by a fixed computation beside each ` +
      'point), so points that were measured at different times compare only roughly',
  ];
}

const NOTICEABLE_LOAD = 0.1;
const NOTICEABLE_VARIATION = 0.1;
const NOTICEABLE_CONTENTION = 0.05;

/** One finished point on a line. */
export function outcomeText(config: PointConfig, outcome: PointOutcome, statistic: Statistic): string {
  if (outcome.kind === 'skipped') return `${configText(config)} skipped: ${outcome.reason}`;
  const { latencyMs, runs, stable, contention = 0 } = outcome;
  const others =
    contention > NOTICEABLE_CONTENTION ? ` while others took ${formatPercent(contention)} of its time` : '';
  const doubt = stable ? '' : `, did not settle${others}`;
  return `${configText(config)}: ${statistic} ${formatMs(latencyMs[statistic])} (${counted(runs, 'run')}${doubt})`;
}

/** The column that a plan will stand on is set in bold. */
function columns(statistic: Statistic | undefined, style: Style): Column<ProfilePoint>[] {
  const latency = (key: 'p50' | 'p95' | 'p99' | 'mean'): Column<ProfilePoint> => ({
    title: `${key} ms`,
    text: ({ latencyMs, predictedMs }) => {
      const figures = latencyMs ?? predictedMs;
      const text = figures ? significant(figures[key]) : '';
      return key === statistic ? style.bold(text) : text;
    },
  });
  return [
    { title: 'cores', text: ({ cores }) => String(cores) },
    { title: 'batch', text: ({ batchSize }) => String(batchSize) },
    latency('mean'),
    latency('p50'),
    latency('p95'),
    latency('p99'),
    {
      title: `${statistic ?? 'p95'} ±`,
      text: ({ spreadMs }) => (spreadMs ? `± ${significant(spreadMs[statistic ?? 'p95'])}` : ''),
    },
    { title: 'req/s', text: ({ throughputRps }) => (throughputRps ? significant(throughputRps) : '') },
    { title: 'MiB', text: ({ memoryMiB }) => memoryMiB?.toFixed(0) ?? '' },
    { title: 'runs', text: ({ runs }) => String(runs ?? '') },
    {
      title: 'settled',
      text: ({ stable, predicted }) =>
        predicted ? style.dim('predicted') : stable ? style.good('yes') : style.bad('no'),
      align: 'left',
    },
  ];
}

/** "p95 of batch b on c cores ≈ 16.0·b/c + 2.00/c ms  (R² 1.000, mean error 0.00 %, 6 points)" */
export const fitText = (fit: LatencyFit): string =>
  `${fit.statistic} of batch b on c cores ≈ ${fitFormula(fit)} ms  (${fitQuality(fit)})`;

const termsOf = ({ gamma, delta, epsilon, eta }: LatencyFit) =>
  [
    [gamma, '·b/c'],
    [delta, '·b'],
    [epsilon, '/c'],
    [eta, ''],
  ] as const;

/** l(b, c) without the terms that would read as 0. */
function fitFormula(fit: LatencyFit): string {
  const formula = termsOf(fit)
    .filter(([coefficient]) => Number(significant(coefficient)) !== 0)
    .map(
      ([coefficient, factor]) =>
        `${coefficient < 0 ? '−' : '+'} ${significant(Math.abs(coefficient))}${factor}`,
    )
    .join(' ')
    .replace(/^\+ /, '');
  return formula === '' ? '0' : formula;
}

/** Through as few points as it has terms a fit goes exactly, and that says nothing. */
export function fitQuality(fit: LatencyFit): string {
  const { r2, mapePercent, points } = fit;
  const used = termsOf(fit).filter(([coefficient]) => coefficient !== 0).length;
  return points === undefined || points > used
    ? `R² ${r2.toFixed(3)}, mean error ${formatPercent(mapePercent / 100)}${points === undefined ? '' : `, ${counted(points, 'point')}`}`
    : `${counted(points, 'point')} for ${counted(used, 'term')}: how well it fits cannot be told`;
}

const misfitLines = (fit: LatencyFit, style: Style): string[] => {
  const note = misfitNote(fit);
  return note === undefined ? [] : [style.bad(note)];
};

function predictedText(points: readonly ProfilePoint[], style: Style): string[] {
  const count = points.filter(({ predicted }) => predicted).length;
  if (count === 0) return [];
  const line = `${count} of ${points.length} points ${count === 1 ? 'is' : 'are'} predicted by those measured; --exhaustive --resume measures ${count === 1 ? 'it' : 'them'}`;
  return [style.dim(line), ''];
}

function skippedText(skipped: NonNullable<Profile['skipped']>, style: Style): string[] {
  if (skipped.length === 0) return [];
  return [...skipped.map((point) => style.bad(`skipped ${configText(point)}: ${point.reason}`)), ''];
}
