/** What can become of a request, and shares of requests, in words. */
import type { Outcome } from '../domain/simulation.ts';
import { formatPercent } from './format.ts';

export interface NamedOutcome {
  readonly name: string;
  readonly outcome: Outcome;
}

/** Those that are not in time. */
export const MISSES: readonly NamedOutcome[] = [
  { name: 'late', outcome: 'late' },
  { name: 'expired', outcome: 'expired' },
  { name: 'shed', outcome: 'shed' },
  { name: 'failed', outcome: 'failed' },
];

export const OUTCOMES: readonly NamedOutcome[] = [{ name: 'in time', outcome: 'served' }, ...MISSES];

/** What is nearly all does not read as all, nor what is hardly any as none; – of nothing. */
export function formatShare(count: number, of: number): string {
  if (of === 0) return '–';
  const share = count / of;
  if (share < 1 && share >= 0.9995) return '> 99.9 %';
  return share > 0 && share < 0.0001 ? '< 0.01 %' : formatPercent(share);
}

/** A share that somebody asked for, as they wrote it: 99 %, 99.95 %. */
export const formatTarget = (share: number): string => `${Number((share * 100).toFixed(4))} %`;
