/** Searches the highest rate at which a server keeps an attainment: a run of the load generator for every rate tried. */
import type { LoadResult, TriedRate } from '../domain/load.ts';
import { searchRate } from '../simulation/rate-search.ts';

/** Rates are tried up to this, down to the first over that factor, */
const MOST_RPS = 1e6;
const DOWN_FACTOR = 1000;
/** to this relative precision, finer than runs of some seconds repeat, */
const PRECISION = 0.02;
/** and no more of them. */
const MOST_RUNS = 24;

/**
 * @param runAt a run at a rate
 * @param target 0..1
 * @param onTried after each run
 * @returns the run at the rate found, or at the lowest tried where none keeps the attainment
 */
export async function findCarriedRate(
  runAt: (rateRps: number) => Promise<LoadResult>,
  target: number,
  startRps: number,
  { signal, onTried }: { readonly signal: AbortSignal; readonly onTried: (tried: TriedRate) => void },
): Promise<LoadResult> {
  const search = searchRate(target, {
    startRps,
    leastRps: startRps / DOWN_FACTOR,
    mostRps: MOST_RPS,
    precision: PRECISION,
  });
  const runs: LoadResult[] = [];
  for (let step = search.next(); !step.done && runs.length < MOST_RUNS; ) {
    const run = await runAt(step.value);
    // What was cut short is no answer to the question, but better than none.
    if (signal.aborted && runs.length > 0) break;
    runs.push(run);
    onTried(triedRate(run));
    if (signal.aborted) break;
    step = search.next(run.attainment);
  }
  const held = runs.filter(({ attainment }) => attainment >= target);
  const best = extreme(held, (one, other) => one.rateRps > other.rateRps);
  const shown = best ?? extreme(runs, (one, other) => one.rateRps < other.rateRps)!;
  const carried = {
    attainment: target,
    ...(best && { rateRps: best.rateRps }),
    tried: runs.map(triedRate),
  };
  return { ...shown, carried, warnings: [...shown.warnings, ...doubts(runs, best, target)] };
}

const triedRate = ({
  rateRps,
  attainment,
  goodputRps,
  latencyMs,
  clientWasLimit,
}: LoadResult): TriedRate => ({
  rateRps,
  attainment,
  goodputRps,
  ...(latencyMs && { p99Ms: latencyMs.p99 }),
  clientWasLimit,
});

const extreme = (
  runs: readonly LoadResult[],
  isMore: (one: LoadResult, other: LoadResult) => boolean,
): LoadResult | undefined =>
  runs.reduce<LoadResult | undefined>((most, run) => (most && !isMore(run, most) ? most : run), undefined);

/** Where the client may have ended the search, and not the server. */
function doubts(runs: readonly LoadResult[], best: LoadResult | undefined, target: number): string[] {
  const above = runs.filter(
    ({ rateRps, attainment }) => attainment < target && rateRps > (best?.rateRps ?? 0),
  );
  return [
    above.some(({ clientWasLimit }) => clientWasLimit) &&
      'At some of the rates that failed the load generator itself was the limit: the server may carry more.',
    runs.length >= MOST_RUNS && `The search ended after ${MOST_RUNS} runs.`,
  ].filter((doubt) => doubt !== false);
}
