/** A plain split of the SLO to start from: its cost limits how far the modules' cost curves have to be known. */
import { type Dag, slackOf } from './dag.ts';

/** Halvings by which a share is found. */
const HALVINGS = 30;

/** Relative to the limit: less than this is not worth handing out. */
const LEAST_SLACK = 1e-6;

/**
 * Every module at its fastest, then all stretched by the same share of what they would like beyond that; then again those
 * that no longest path holds back, until all are held back or have what they want.
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
  let latenciesMs = Float64Array.from(fastestMs);
  for (let round = 0; round < dag.size; round++) {
    const slackMs = slackOf(dag, latenciesMs, limitMs);
    const missingMs = Float64Array.from(latenciesMs, (ms, module) => {
      const missing = wantedMs[module]! - ms;
      return Math.min(missing, slackMs[module]!) > limitMs * LEAST_SLACK ? missing : 0;
    });
    if (missingMs.every((ms) => ms === 0)) break;
    latenciesMs = stretch(dag, latenciesMs, missingMs, limitMs);
  }
  return latenciesMs;
}

/** Adds the same share of what is missing everywhere, as much as fits. */
function stretch(
  dag: Dag,
  latenciesMs: Float64Array,
  missingMs: Float64Array,
  limitMs: number,
): Float64Array<ArrayBuffer> {
  const stretched = (share: number): Float64Array<ArrayBuffer> =>
    Float64Array.from(latenciesMs, (ms, module) => ms + share * missingMs[module]!);
  let fits = 0;
  let beyond = 1;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (fits + beyond) / 2;
    if (slackOf(dag, stretched(middle), limitMs).every((ms) => ms >= 0)) fits = middle;
    else beyond = middle;
  }
  return stretched(fits);
}
