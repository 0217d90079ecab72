/**
 * Searches the highest rate at which a server keeps an attainment: a run of the load generator for every rate tried. Runs of a
 * real server do not repeat exactly: a rate counts only where all lower ones that were tried held, too, and one that holds
 * above a failure makes the result doubtful instead of higher.
 */
import type { LoadResult, TriedRate } from '../domain/load.ts';
import { FIRST_STEP, LOOK_AHEAD, searchRate } from '../simulation/rate-search.ts';

/** Rates are tried up to this, down to the first over that factor, */
const MOST_RPS = 1e6;
const DOWN_FACTOR = 1000;
/** to this relative precision, finer than runs of some seconds repeat, */
const PRECISION = 0.02;
/** and no more of them. */
const MOST_RUNS = 24;

/** How far a search has come. */
export interface SearchProgress {
  readonly runs: number;
  /** That are still to come, about: how many it takes to find the rates between which the limit lies is not known before. */
  readonly runsLeft: number;
}

/**
 * @param runAt a run at a rate
 * @param target 0..1
 * @param onTried after each run
 * @returns the run at the highest rate that held with all below it, or at the lowest tried where none did
 */
export async function findCarriedRate(
  runAt: (rateRps: number) => Promise<LoadResult>,
  target: number,
  startRps: number,
  {
    signal,
    onTried,
  }: { readonly signal: AbortSignal; readonly onTried: (tried: TriedRate, progress: SearchProgress) => void },
): Promise<LoadResult> {
  const search = searchRate(target, {
    startRps,
    leastRps: startRps / DOWN_FACTOR,
    mostRps: MOST_RPS,
    precision: PRECISION,
    climbs: false,
  });
  const runs: LoadResult[] = [];
  const runsLeft = estimate(target);
  for (let step = search.next(); !step.done && runs.length < MOST_RUNS; ) {
    const run = await runAt(step.value);
    // What was cut short is no answer to the question, but better than none.
    if (signal.aborted && runs.length > 0) break;
    runs.push(run);
    if (!signal.aborted) step = search.next(run.attainment);
    onTried(triedRate(run), { runs: runs.length, runsLeft: step.done ? 0 : runsLeft(runs) });
    if (signal.aborted) break;
  }
  const rising = runs.toSorted((a, b) => a.rateRps - b.rateRps);
  const firstFailed = rising.findIndex(({ attainment }) => attainment < target);
  const held = firstFailed < 0 ? rising : rising.slice(0, firstFailed);
  const best = held.at(-1);
  const shown = best ?? rising[0]!;
  const above = rising.slice(held.length).filter(({ attainment }) => attainment >= target);
  const carried = {
    attainment: target,
    ...(best && { rateRps: best.rateRps }),
    isNoisy: above.length > 0,
    tried: runs.map(triedRate),
  };
  const noise = above.length > 0 ? [noiseOf(rising[firstFailed]!, above)] : [];
  return { ...shown, carried, warnings: [...shown.warnings, ...noise, ...doubts(runs, best, target)] };
}

/** @returns how many runs are to come about, once these have been seen */
function estimate(target: number): (runs: readonly LoadResult[]) => number {
  let lookedAhead = -1;
  return (runs) => {
    const failed = runs.filter(({ attainment }) => attainment < target).map(({ rateRps }) => rateRps);
    const failsRps = Math.min(...failed);
    const holdsRps = Math.max(
      ...runs.filter(({ rateRps, attainment }) => rateRps < failsRps && attainment >= target).map(ratesOf),
    );
    const isBetween = holdsRps > 0 && Number.isFinite(failsRps);
    const widthRps = isBetween ? failsRps / holdsRps : 1 + FIRST_STEP * 2 ** runs.length;
    const halvings = Math.max(0, Math.ceil(Math.log2(Math.log(widthRps) / Math.log(1 + PRECISION))));
    if (isBetween && halvings === 0) lookedAhead += 1;
    const left = LOOK_AHEAD.length - Math.max(0, lookedAhead) + halvings + (isBetween ? 0 : 1);
    return Math.min(left, MOST_RUNS - runs.length);
  };
}

const ratesOf = ({ rateRps }: LoadResult): number => rateRps;

const noiseOf = ({ rateRps }: LoadResult, above: readonly LoadResult[]): string =>
  `${perSecond(rateRps)} did not hold, but ${above.map((run) => perSecond(run.rateRps)).join(' and ')} did: ` +
  'runs of this length do not repeat, and the server may carry more. Longer ones do better (--duration).';

const perSecond = (rateRps: number): string => `${rateRps.toPrecision(3)}/s`;

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
