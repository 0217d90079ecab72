/** What `harp schema` lists. */
import type { SchemaList } from '../schemas/schema-list.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export const renderSchemaList = ({ schemas }: SchemaList, style: Style): string =>
  table(
    schemas,
    [
      { title: 'name', text: ({ name }) => style.bold(name), align: 'left' },
      { title: 'of', text: ({ about }) => about, align: 'left' },
      {
        title: 'printed by',
        text: ({ printedBy }) => printedBy.map((id) => `harp ${id.replace(':', ' ')}`).join(', '),
        align: 'left',
      },
    ],
    style,
  );
