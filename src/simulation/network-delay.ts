/** What the network takes of a request's time on its way to the server: always the same, or anything between two limits. */
import { HarpError } from '../domain/errors.ts';
import type { Random } from '../numeric/prng.ts';

export interface NetworkDelay {
  readonly leastMs: number;
  readonly mostMs: number;
}

/**
 * @param text `5` or `uniform:5..20`, in ms
 * @throws HarpError `usage`
 */
export function parseNetworkDelay(text: string): NetworkDelay {
  const [, least, most] = /^uniform:([\d.]+?)\.\.([\d.]+)$/.exec(text) ?? [text, text, text];
  const delay = { leastMs: numberIn(least!), mostMs: numberIn(most!) };
  if (delay.leastMs >= 0 && delay.mostMs >= delay.leastMs && delay.mostMs < Number.POSITIVE_INFINITY)
    return delay;
  throw new HarpError('usage', 'invalid value', {
    where: '--network-delay',
    expected: 'milliseconds ≥ 0 as 5, or uniform:5..20',
    got: JSON.stringify(text),
  });
}

const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/** Draws the delay of one request after the other, ms. */
export const delayDrawer =
  ({ leastMs, mostMs }: NetworkDelay, random: Random): (() => number) =>
  () =>
    leastMs + (mostMs - leastMs) * random.uniform();
