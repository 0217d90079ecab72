/**
 * How far a figure of a measurement may be off (our rule): its runs in four consecutive parts of equal count, the figure
 * of no part is further from that of the whole. Parts have half the precision of the whole, and those that drift apart tell
 * it. Fresh processes differ a little more than the parts of one do, hence a least spread.
 */
import { STATISTICS, type Statistic } from '../domain/profile.ts';
import { summarize } from '../numeric/summarize.ts';
import { SETTLING } from './settling.ts';

/** Of the figure: medians of ten fresh processes with a core of their own lay within 3 % of their middle. */
const LEAST_SHARE = 0.03;

/**
 * @param durationsMs in the order they were measured, at least one
 * @returns ± ms, by figure
 */
export function stateSpread(durationsMs: readonly number[]): Record<Statistic, number> {
  const whole = summarize(durationsMs);
  const length = durationsMs.length / SETTLING.parts;
  const parts = Array.from({ length: SETTLING.parts }, (_, part) =>
    durationsMs.slice(Math.round(part * length), Math.round((part + 1) * length)),
  )
    .filter((part) => part.length > 0)
    .map(summarize);
  const spread = (statistic: Statistic): number =>
    Math.max(
      LEAST_SHARE * whole[statistic],
      ...parts.map((part) => Math.abs(part[statistic] - whole[statistic])),
    );
  return Object.fromEntries(STATISTICS.map((statistic) => [statistic, spread(statistic)])) as Record<
    Statistic,
    number
  >;
}
