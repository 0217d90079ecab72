/** The share of requests in time over a simulated run, as columns of text; the vertical axis need not begin at zero, and says so. */
import type { Interval, SimulationResult } from '../domain/simulation.ts';
import { formatPercent, significant } from './format.ts';
import type { Style } from './style.ts';

const ROWS = 4;
const MOST_COLUMNS = 68;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Where the axis begins: the highest of these below all that is shown. */
const FLOORS = [0.99, 0.9, 0.5, 0];

/** Empty where there is only one interval: nothing changes over time then. Intervals in which no request ended stay blank. */
export function renderAttainment({ timeline, durationMs, gate }: SimulationResult, style: Style): string {
  const columns = mergeColumns(timeline);
  if (columns.length < 2) return '';
  const lowest = Math.min(...columns.map(({ attainment }) => attainment ?? 1));
  const floor = FLOORS.find((level) => level < lowest) ?? 0;
  const row = (fromTop: number): string => {
    const label = fromTop === 0 ? formatPercent(1) : fromTop === ROWS - 1 ? formatPercent(floor) : '';
    const cells = columns.map(({ attainment }) => {
      if (attainment === undefined) return ' ';
      const cell = cellOf((attainment - floor) / (1 - floor), ROWS - 1 - fromTop);
      return gate !== undefined && attainment < gate.attainment ? style.bad(cell) : style.good(cell);
    });
    return `${label.padStart(8)} ${label === '' ? '│' : '┤'}${cells.join('')}`.trimEnd();
  };
  const endS = `${significant(durationMs / 1000)} s`;
  return [
    style.bold('in time, over time'),
    ...Array.from({ length: ROWS }, (_, fromTop) => row(fromTop)),
    `${' '.repeat(9)}└${'─'.repeat(columns.length)}`,
    `${' '.repeat(10)}0${endS.padStart(columns.length - 1)}`,
  ].join('\n');
}

interface Column {
  /** Undefined where no request ended. */
  readonly attainment: number | undefined;
}

function mergeColumns(timeline: readonly Interval[]): Column[] {
  const size = Math.ceil(timeline.length / MOST_COLUMNS);
  return Array.from({ length: Math.ceil(timeline.length / size) }, (_, index) => {
    const group = timeline.slice(index * size, (index + 1) * size);
    const sum = (figure: 'requests' | 'served') => group.reduce((total, each) => total + each[figure], 0);
    const requests = sum('requests');
    return { attainment: requests > 0 ? sum('served') / requests : undefined };
  });
}

/** What one row shows of a column of this height (1 fills all rows), rows counted from below; the lowest shows something. */
function cellOf(height: number, row: number): string {
  const eighths = Math.max(Math.round(height * ROWS * 8), 1) - row * 8;
  return EIGHTHS[Math.max(0, Math.min(8, eighths))]!;
}
