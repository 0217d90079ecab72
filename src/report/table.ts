/** A table of text for the terminal, without colour of its own, as wide as the terminal at most. */
import Table from 'cli-table3';
import { fitWidth } from './fit-width.ts';
import type { Style } from './style.ts';

export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Numbers stand right, words left. */
  readonly align?: 'left' | 'right';
}

const RULES_ONLY = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  right: '',
  'right-mid': '',
  mid: '',
  'mid-mid': '',
  middle: '  ',
};

const GAP = RULES_ONLY.middle.length;

/** Columns, where nobody says how many there are. */
const WIDTH = 100;

export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], style: Style): string {
  const titles = columns.map(({ title }) => style.bold(title));
  const cells = rows.map((row) => columns.map(({ text }) => text(row)));
  const [head, ...body] = fitWidth([titles, ...cells], style.width ?? WIDTH, GAP);
  const lines = new Table({
    head: head!,
    colAligns: columns.map(({ align }) => align ?? 'right'),
    chars: RULES_ONLY,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  lines.push(...body);
  return lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
