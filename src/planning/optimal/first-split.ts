/** A plain split of the SLO to start from: its cost limits how far the modules' cost curves have to be known. */
import { type Dag, slackOf } from './dag.ts';

/**
 * Every module at its fastest, then stretched: each time by the same share of what it would like beyond that.
 * @param fastestMs on every path together below the limit
 * @param wantedMs what each module would take if it were alone
 * @returns latencies within the limit on every path
 */
export function firstSplit(
  dag: Dag,
  fastestMs: readonly number[],
  wantedMs: readonly number[],
  limitMs: number,
): Float64Array {
  let share = 0;
  let beyond = 1;
  const stretched = (by: number): Float64Array =>
    Float64Array.from(fastestMs, (ms, module) => ms + by * (wantedMs[module]! - ms));
  for (let step = 0; step < 30; step++) {
    const middle = (share + beyond) / 2;
    if (slackOf(dag, stretched(middle), limitMs).every((ms) => ms >= 0)) share = middle;
    else beyond = middle;
  }
  return stretched(share);
}
