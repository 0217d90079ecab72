/** What `harp simulate --scaling` prints: every policy under every condition, the best possible, and cores over time. */
import type { ScalingCondition, ScalingExperiment, ScalingOutcome } from '../domain/scaling-experiment.ts';
import { renderCoresOverTime } from './cores-chart.ts';
import { formatFinePercent, significant } from './format.ts';
import { shorten } from './shorten.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

const NAME_WIDTH = 36;

export function renderScaling(experiment: ScalingExperiment, style: Style): string {
  const { conditions } = experiment;
  const [first] = conditions[0]!.outcomes;
  return [
    headline(experiment, style),
    ...conditions.map((condition) => conditionTable(condition, style)),
    style.dim(LEGEND),
    first?.timeline ? renderCoresOverTime(first.policy, first.timeline, experiment.mostCores, style) : '',
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

const LEGEND =
  'violations: late, given up or refused, of all sent; cores are charged until a running batch ends. Means over runs.\nstatic:N and replicas:N dispatch as sponge does, …/plain, sponge-published and fa2 start what is there, in deadline order, and refuse nothing.';

function headline(experiment: ScalingExperiment, style: Style): string {
  const { model, rateRps, sloMs, durationS, networkTrace, requestBytes, runs, seed, margin, batchMargin } =
    experiment;
  return [
    `${style.bold(shorten(model, NAME_WIDTH))}: ${significant(rateRps)} requests/s of ${requestBytes} bytes for ${durationS} s, each within ${sloMs} ms of its sending`,
    style.dim(
      `network ${shorten(networkTrace, NAME_WIDTH)} · up to ${experiment.mostCores} cores and batches of ${experiment.mostBatch} · margin ${margin}${batchMargin === undefined ? '' : `, of a batch ${batchMargin}`} · ${runs} runs from seed ${seed}`,
    ),
  ].join('\n');
}

interface Row {
  readonly name: string;
  readonly violationShare: number;
  readonly meanCores: number;
  readonly coreSeconds?: number;
  readonly resizes?: number;
}

function conditionTable({ arrivals, serviceTimes, outcomes, best }: ScalingCondition, style: Style): string {
  const rows: Row[] = outcomes.map((outcome: ScalingOutcome) => ({ ...outcome, name: outcome.policy }));
  if (best) rows.push({ ...best, name: 'one worker, future known' });
  const columns = [
    { title: `${arrivals}, ${serviceTimes}`, align: 'left' as const, text: ({ name }: Row) => name },
    { title: 'violations', text: ({ violationShare }: Row) => formatFinePercent(violationShare) },
    { title: 'cores', text: ({ meanCores }: Row) => meanCores.toFixed(2) },
    { title: 'core-seconds', text: ({ coreSeconds }: Row) => coreSeconds?.toFixed(0) ?? '' },
    { title: 'resizes', text: ({ resizes }: Row) => resizes?.toFixed(0) ?? '' },
  ];
  const distance = best
    ? [
        {
          title: 'cores over best',
          text: ({ meanCores }: Row) => `${(meanCores / best.meanCores).toFixed(2)}×`,
        },
      ]
    : [];
  return table(rows, [...columns, ...distance], style);
}
