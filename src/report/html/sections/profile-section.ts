/** A profile: where and how it was measured, its latencies, what they are good for, and every point. */
import type { HardwareTable } from '../../../domain/hardware.ts';
import type { Profile, ProfilePoint } from '../../../domain/profile.ts';
import { predictMs } from '../../../latency/fit-latency.ts';
import { formatMs, formatPercent, significant } from '../../format.ts';
import { misfitNote } from '../../misfit-text.ts';
import { fitText } from '../../profile-table.ts';
import { type Block, dataTable, type Section, type TableColumn } from '../section.ts';
import { frontierCharts } from './frontier-charts.ts';
import { latencyCharts } from './latency-charts.ts';

/** @param hardware prices, as far as they are known */
export function profileSection(profile: Profile, hardware: HardwareTable): Section {
  const { model, points } = profile;
  return {
    kind: 'profile',
    title: model.name,
    about: aboutProfile(profile),
    blocks:
      points.length === 0
        ? [{ kind: 'note', text: 'No point was measured.', tone: 'bad' }, ...skippedPoints(profile)]
        : [
            { kind: 'charts', charts: [...latencyCharts(profile), ...frontierCharts(profile, hardware)] },
            ...fitNotes(profile),
            pointTable(profile),
            ...skippedPoints(profile),
          ],
  };
}

const aboutProfile = ({ machine, runtime, measuredAt, statistic, points, source }: Profile): string =>
  [
    `${points.length} operating ${points.length === 1 ? 'point' : 'points'}`,
    statistic === undefined ? undefined : `durations are the ${statistic}`,
    machine === undefined ? undefined : `${machine.cpuModel}, ${machine.cores} cores`,
    runtime === undefined
      ? undefined
      : `${runtime.provider}${runtime.onnxruntime === undefined ? '' : `, onnxruntime ${runtime.onnxruntime}`}`,
    measuredAt === undefined ? undefined : `measured ${measuredAt.slice(0, 10)}`,
    source,
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

function fitNotes({ fit }: Profile): Block[] {
  if (!fit) return [{ kind: 'note', text: 'The profile has no fit of its latencies.' }];
  const misfit = misfitNote(fit);
  return [
    { kind: 'note', text: fitText(fit) },
    ...(misfit === undefined ? [] : [{ kind: 'note', text: `Careful: ${misfit}.`, tone: 'bad' } as const]),
  ];
}

function pointTable({ points, fit }: Profile): Block {
  const isMeasured = points.some(({ latencyMs }) => latencyMs);
  const measured: TableColumn<ProfilePoint>[] = [
    { title: 'p50', cell: ({ latencyMs }) => (latencyMs ? formatMs(latencyMs.p50) : '–') },
    { title: 'p99', cell: ({ latencyMs }) => (latencyMs ? formatMs(latencyMs.p99) : '–') },
    { title: 'runs', cell: ({ runs }) => String(runs ?? '–') },
    {
      title: 'memory',
      cell: ({ memoryMiB }) => (memoryMiB === undefined ? '–' : `${memoryMiB.toFixed(0)} MiB`),
    },
    {
      title: 'others used',
      cell: ({ otherLoad }) => (otherLoad === undefined ? '–' : formatPercent(otherLoad)),
    },
    {
      title: 'settled',
      cell: ({ stable }) => (stable === undefined ? '–' : stable ? 'yes' : { text: 'no', tone: 'bad' }),
    },
  ];
  const fitted: TableColumn<ProfilePoint>[] = fit
    ? [{ title: 'fitted', cell: ({ batchSize, cores }) => formatMs(predictMs(fit, batchSize, cores)) }]
    : [];
  return dataTable('Operating points', points, [
    { title: 'hardware', cell: ({ hardware }) => hardware, align: 'left' },
    { title: 'cores', cell: ({ cores }) => String(cores) },
    { title: 'batch', cell: ({ batchSize }) => String(batchSize) },
    { title: 'duration', cell: ({ durationMs }) => formatMs(durationMs) },
    ...fitted,
    {
      title: 'requests/s',
      cell: ({ batchSize, durationMs }) => significant((1000 * batchSize) / durationMs),
    },
    ...(isMeasured ? measured : []),
  ]);
}

const skippedPoints = ({ skipped = [] }: Profile): Block[] =>
  skipped.length === 0
    ? []
    : [
        dataTable('Skipped', skipped, [
          { title: 'hardware', cell: ({ hardware }) => hardware, align: 'left' },
          { title: 'cores', cell: ({ cores }) => String(cores) },
          { title: 'batch', cell: ({ batchSize }) => String(batchSize) },
          { title: 'reason', cell: ({ reason }) => reason, align: 'left' },
        ]),
      ];
