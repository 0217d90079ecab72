/** Cores over time as columns of text, what the network takes below them, and where requests were missed. */
import type { ScalingInterval } from '../domain/scaling-experiment.ts';
import { formatMs, significant } from './format.ts';
import type { Style } from './style.ts';

const ROWS = 4;
const MOST_COLUMNS = 100;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Columns of several ticks show the mean of their cores, their longest delay, and the sum of their misses. */
export function renderCoresOverTime(
  policy: string,
  timeline: readonly ScalingInterval[],
  mostCores: number,
  style: Style,
): string {
  const columns = mergeColumns(timeline);
  const slowest = Math.max(1, ...columns.map(({ networkMs }) => networkMs));
  const rows = Array.from({ length: ROWS }, (_, fromTop) => {
    const label = fromTop === 0 ? String(mostCores) : fromTop === ROWS - 1 ? '0' : '';
    const cells = columns.map(({ cores }) => cellOf(cores / mostCores, ROWS, ROWS - 1 - fromTop));
    return `${label.padStart(8)} ${label === '' ? '│' : '┤'}${style.good(cells.join(''))}`;
  });
  const network = columns.map(({ networkMs }) => cellOf(networkMs / slowest, 1, 0)).join('');
  const missed = columns.map(({ violations }) => (violations > 0 ? '×' : ' ')).join('');
  const endS = `${significant((timeline.at(-1)?.timeMs ?? 0) / 1000)} s`;
  return [
    style.bold(`cores of ${policy} over time`),
    ...rows,
    `${' '.repeat(9)}└${'─'.repeat(columns.length)}`,
    `${'network'.padStart(8)}  ${network} ${style.dim(`up to ${formatMs(slowest)}`)}`,
    `${'missed'.padStart(8)}  ${style.bad(missed)}`.trimEnd(),
    `${' '.repeat(10)}0${endS.padStart(columns.length - 1)}`,
  ].join('\n');
}

type Column = Pick<ScalingInterval, 'cores' | 'networkMs' | 'violations'>;

function mergeColumns(timeline: readonly ScalingInterval[]): Column[] {
  const size = Math.ceil(timeline.length / MOST_COLUMNS);
  return Array.from({ length: Math.ceil(timeline.length / size) }, (_, index) => {
    const group = timeline.slice(index * size, (index + 1) * size);
    return {
      cores: group.reduce((sum, { cores }) => sum + cores, 0) / group.length,
      networkMs: Math.max(...group.map(({ networkMs }) => networkMs)),
      violations: group.reduce((sum, { violations }) => sum + violations, 0),
    };
  });
}

/** What one of so many rows, counted from below, shows of a height of 0..1. */
function cellOf(height: number, rows: number, row: number): string {
  const eighths = Math.round(height * rows * 8) - row * 8;
  return EIGHTHS[Math.max(0, Math.min(8, eighths))]!;
}
