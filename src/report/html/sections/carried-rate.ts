/** The rates that a search tried, and the highest that kept an attainment. */
import type { LoadResult } from '../../../domain/load.ts';
import { formatMs, formatPercent, significant } from '../../format.ts';
import { formatTarget } from '../../outcome-share.ts';
import { numberAxis, shareAxis } from '../chart/axes.ts';
import { type Block, dataTable } from '../section.ts';

/** None where none was searched for. */
export function carriedRate({ carried }: LoadResult): Block[] {
  if (carried === undefined) return [];
  const { attainment: target, rateRps } = carried;
  const tried = carried.tried.toSorted((a, b) => a.rateRps - b.rateRps);
  const found =
    rateRps === undefined
      ? `No rate that was tried kept ${formatTarget(target)} in time; this section shows the lowest.`
      : `${significant(rateRps)} requests/s kept ${formatTarget(target)} in time; this section shows that run.`;
  return [
    {
      kind: 'charts',
      title: 'Rates tried',
      charts: [
        {
          title: 'In time over the rate',
          says: found,
          x: numberAxis('requests/s'),
          y: shareAxis('share of requests', { from: 0, to: 1 }),
          series: [
            {
              name: 'in time',
              colour: 'blue',
              look: 'joined',
              points: tried.map(({ rateRps: x, attainment: y }) => ({ x, y })),
            },
          ],
          references: [{ axis: 'y', value: target, name: 'asked' }],
          tips: 'points',
        },
      ],
    },
    dataTable('Rates tried', tried, [
      { title: 'rate', cell: (each) => `${significant(each.rateRps)}/s` },
      {
        title: 'in time',
        cell: ({ attainment }) => ({
          text: formatPercent(attainment),
          tone: attainment >= target ? 'good' : 'bad',
        }),
      },
      { title: 'goodput', cell: ({ goodputRps }) => `${significant(goodputRps)}/s` },
      { title: 'p99', cell: ({ p99Ms }) => (p99Ms === undefined ? '–' : formatMs(p99Ms)) },
      {
        title: '',
        align: 'left',
        cell: ({ clientWasLimit }) => (clientWasLimit ? 'the client was the limit' : ''),
      },
    ]),
  ];
}
