/** What `harp report` prints: the sections of the page that it wrote. */
import type { ReportedSection, WrittenReport } from '../domain/written-report.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export const renderReport = ({ out, bytes, sections }: WrittenReport, style: Style): string =>
  [
    table<ReportedSection>(
      sections,
      [
        { title: 'section', align: 'left', text: ({ title }) => title },
        { title: 'kind', align: 'left', text: ({ kind }) => kind },
        { title: 'charts', text: ({ charts }) => String(charts) },
        { title: 'from', align: 'left', text: ({ files }) => files.join(', ') },
      ],
      style,
    ),
    `${style.good('wrote')} ${style.bold(out)}  ${style.dim(`${Math.ceil(bytes / 1000)} kB, no network needed`)}`,
  ].join('\n\n');
