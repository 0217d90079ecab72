/** What a daemon says of itself when it is up. */
import type { Listening } from '../domain/daemon.ts';
import type { FeasiblePlan } from '../domain/plan.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export const renderListening = ({ http, grpc, metrics, pid }: Listening): string =>
  `listening http=${http} grpc=${grpc} metrics=${metrics} pid=${pid}`;

/** Of a daemon that runs in the background: what it says goes elsewhere. */
export const renderDetached = (listening: Listening): string =>
  [renderListening(listening), ...(listening.log ? [`log ${listening.log}`] : [])].join('\n');

export interface ServingFacts {
  readonly plan: FeasiblePlan;
  readonly workers: readonly {
    readonly id: number;
    readonly module: string;
    readonly hardware: string;
    readonly batchSize: number;
    readonly cores: readonly number[];
  }[];
}

export const renderServing = ({ plan, workers }: ServingFacts, style: Style): string =>
  `${style.bold(plan.application)}: ${plan.rateRps} requests/s within ${plan.sloMs} ms\n${table(
    workers,
    [
      { title: 'worker', text: ({ id }) => String(id) },
      { title: 'module', text: ({ module }) => module, align: 'left' },
      { title: 'hardware', text: ({ hardware }) => hardware, align: 'left' },
      { title: 'on core', text: ({ cores }) => cores.join(',') || '–', align: 'left' },
      { title: 'batch', text: ({ batchSize }) => String(batchSize) },
    ],
    style,
  )}`;
