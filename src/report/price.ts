/** A price with what it stands on. */
import type { Hardware } from '../domain/hardware.ts';
import { exactUsd } from './format.ts';

/** "$0.1785 an hour for 4 cores, 2026-06-01, AWS EC2 on demand" */
export const priceText = ({ pricePerHour, cores, asOf, source }: Hardware): string =>
  [perHour({ pricePerHour, cores }), asOf ?? 'undated', source ?? 'no source given'].join(', ');

/** The same, with how many machines a plan may have: "$0.10 an hour for 2 cores, 1 machine, …" */
export const offerText = ({ count, asOf, source, ...price }: Hardware): string =>
  [
    perHour(price),
    count === undefined ? 'any number of machines' : `${count} machine${count === 1 ? '' : 's'}`,
    asOf ?? 'undated',
    source ?? 'no source given',
  ].join(', ');

const perHour = ({ pricePerHour, cores }: Pick<Hardware, 'pricePerHour' | 'cores'>): string =>
  `${exactUsd(pricePerHour)} an hour${cores === undefined ? '' : ` for ${cores} core${cores === 1 ? '' : 's'}`}`;
