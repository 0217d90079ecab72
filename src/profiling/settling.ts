/**
 * When a measurement has settled (our rule): its runs in four consecutive parts of equal count, the centres of the last
 * three lie within 5 % of each other. Parts grow with the measurement, so noise averages out while a drift of about 10 % over
 * the whole does not pass; the first part may still be warming up. The centre is the interquartile mean: rare spikes do
 * not move it (they belong to the tail, and are reported there), and unlike a median it does not jump between two modes.
 */

export const SETTLING = { parts: 4, agreeing: 3, tolerance: 0.05 } as const;

/** Runs below this many say nothing: two in each part. */
const FEWEST_RUNS = 2 * SETTLING.parts;

/** @param durationsMs in the order they were measured */
export function isSettled(durationsMs: readonly number[]): boolean {
  if (durationsMs.length < FEWEST_RUNS) return false;
  const length = durationsMs.length / SETTLING.parts;
  const centres = Array.from({ length: SETTLING.agreeing }, (_, back) => {
    const end = durationsMs.length - back * length;
    return interquartileMean(durationsMs.slice(Math.round(end - length), Math.round(end)));
  });
  const lowest = Math.min(...centres);
  return Math.max(...centres) - lowest <= SETTLING.tolerance * lowest;
}

/** Mean of the middle half. */
function interquartileMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(sorted.length / 4);
  const middle = sorted.subarray(cut, sorted.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
