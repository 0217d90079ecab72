/** What changed since an earlier profile, for people: point by point, and beside what both may be off by. */
import { configText } from '../domain/config-text.ts';
import { counted } from '../domain/counted.ts';
import type { PointChange, ProfileComparison } from '../domain/profile-comparison.ts';
import { formatPercent, significant } from './format.ts';
import type { Style } from './style.ts';
import { type Column, table } from './table.ts';

export function comparisonTable(
  { statistic, changes, unmatched, conditions }: ProfileComparison,
  style: Style,
): string {
  const knowsMachine = changes.some(({ machineChange }) => machineChange !== undefined);
  const verdict = (change: PointChange): string => {
    if (change.verdict === 'slower') return style.bad('slower');
    return change.verdict === 'faster' ? style.good('faster') : VERDICTS[change.verdict];
  };
  return [
    table<PointChange>(
      changes,
      [
        { title: 'cores', text: ({ cores }) => String(cores) },
        { title: 'batch', text: ({ batchSize }) => String(batchSize) },
        { title: `${statistic} then`, text: ({ thenMs }) => significant(thenMs) },
        { title: 'now', text: ({ nowMs }) => significant(nowMs) },
        { title: 'change', text: ({ change }) => signedPercent(change) },
        ...(knowsMachine ? BY_ITS_SPEED : []),
        { title: 'noise', text: ({ noise }) => `± ${formatPercent(noise)}` },
        { title: '', text: verdict, align: 'left' },
      ],
      style,
    ),
    ...(unmatched > 0 ? [style.dim(`${counted(unmatched, 'point')} measured in one of the two only`)] : []),
    ...(conditions.length > 0 ? [`other conditions: ${conditions.join('; ')}`] : []),
  ].join('\n');
}

/** How much of the change is the machine's, by its yardstick, and what is left for the model; where others had the core, nobody knows. */
const BY_ITS_SPEED: readonly Column<PointChange>[] = [
  {
    title: 'machine',
    text: ({ machineChange, verdict }) => (verdict === 'not-settled' ? '' : signedPercent(machineChange)),
  },
  {
    title: 'model',
    text: ({ modelChange, verdict }) => (verdict === 'not-settled' ? '' : signedPercent(modelChange)),
  },
];

const VERDICTS = { 'within-noise': 'within noise', 'not-settled': 'did not settle: not judged' } as const;

/** One change on a line, for a message. */
export const changeText = (model: string, change: PointChange): string =>
  `${model}, ${configText(change)} ${signedPercent(change.modelChange)} (± ${formatPercent(change.noise)})`;

const signedPercent = (share: number | undefined): string =>
  share === undefined ? '' : `${share < 0 ? '−' : '+'}${formatPercent(Math.abs(share))}`;
