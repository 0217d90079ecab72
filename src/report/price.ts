/** A price with what it stands on. */
import type { Hardware } from '../domain/hardware.ts';

/** "$0.1785 an hour for 4 cores, 2026-06-01, AWS EC2 on demand" */
export const priceText = ({ pricePerHour, cores, asOf, source }: Hardware): string =>
  [
    `$${pricePerHour} an hour${cores === undefined ? '' : ` for ${cores} cores`}`,
    asOf ?? 'undated',
    source ?? 'no source given',
  ].join(', ');
