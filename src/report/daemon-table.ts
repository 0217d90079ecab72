/** What `harp status` and `harp stop` print. */
import type { DaemonStatus, StoppedDaemons } from '../domain/daemon.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const NONE = 'no daemon runs';

export const renderDaemons = ({ daemons }: DaemonStatus, style: Style): string =>
  daemons.length === 0
    ? NONE
    : table(
        daemons,
        [
          { title: 'pid', text: ({ pid }) => String(pid) },
          { title: 'application', text: ({ application }) => application, align: 'left' },
          {
            title: 'ready',
            text: ({ ready }) => (ready ? style.good('yes') : style.bad('no')),
            align: 'left',
          },
          { title: 'http', text: ({ http }) => http, align: 'left' },
          { title: 'grpc', text: ({ grpc }) => grpc, align: 'left' },
          { title: 'since', text: ({ startedAt }) => startedAt, align: 'left' },
          { title: 'plan', text: ({ plan, folder }) => planText(plan, folder), align: 'left' },
        ],
        style,
      );

/** Of one that came from stdin the folder tells most. */
const planText = (plan: string, folder: string | undefined): string =>
  plan === '-' && folder !== undefined ? `- in ${folder}` : plan;

export const renderStopped = ({ stopped }: StoppedDaemons): string =>
  stopped.length === 0
    ? NONE
    : stopped.map(({ pid, application }) => `stopped ${application} (pid ${pid})`).join('\n');
