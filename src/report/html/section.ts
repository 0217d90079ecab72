/** What a page is made of, as data: sections of figures, charts, tables and pictures. */
import type { Chart } from './chart/chart.ts';
import type { Markup } from './markup.ts';

type Tone = 'good' | 'bad';

/** A figure that stands for itself. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly beside?: string;
  readonly tone?: Tone;
}

export interface Cell {
  readonly text: string;
  /** Drawn behind the text, 0..1. */
  readonly bar?: number;
  readonly tone?: Tone;
}

export interface TableColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string | Cell;
  /** Numbers stand right, words left. */
  readonly align?: 'left';
}

export interface DataTable {
  readonly title: string;
  readonly columns: readonly { readonly title: string; readonly align?: 'left' | undefined }[];
  readonly rows: readonly (readonly Cell[])[];
  readonly note?: string;
}

export type Block =
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'charts'; readonly title?: string; readonly charts: readonly Chart[] }
  | { readonly kind: 'table'; readonly table: DataTable }
  | { readonly kind: 'picture'; readonly title: string; readonly says: string; readonly picture: Markup }
  | { readonly kind: 'note'; readonly text: string; readonly tone?: Tone };

export interface Section {
  /** "profile", as people call the kind. */
  readonly kind: string;
  readonly title: string;
  /** One line below the title. */
  readonly about: string;
  readonly blocks: readonly Block[];
}

/** The first column names the row. */
export const dataTable = <Row>(
  title: string,
  rows: readonly Row[],
  columns: readonly TableColumn<Row>[],
  note?: string,
): Block => ({
  kind: 'table',
  table: {
    title,
    columns: columns.map(({ title: head, align }) => ({ title: head, align })),
    rows: rows.map((row) =>
      columns.map(({ cell }) => {
        const value = cell(row);
        return typeof value === 'string' ? { text: value } : value;
      }),
    ),
    ...(note !== undefined && { note }),
  },
});

export const chartCount = ({ blocks }: Section): number =>
  blocks.reduce(
    (sum, block) => sum + (block.kind === 'charts' ? block.charts.length : block.kind === 'picture' ? 1 : 0),
    0,
  );
