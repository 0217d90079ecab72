/** An arrival process in a few words, for people. */
import type { ArrivalProcess, ArrivalSpec, Gaps } from './arrival-spec.ts';

type Steps = Extract<ArrivalSpec, { kind: 'steps' }>;
type Trace = Extract<ArrivalSpec, { kind: 'trace' }>;

/** As "gamma with CV 2", "bursts of 8, poisson", "100/s for 60 s, 200/s for 30 s, in turn, poisson". */
export function describeArrivals(arrivals: ArrivalSpec | ArrivalProcess): string {
  switch (arrivals.kind) {
    case 'burst':
      return `bursts of ${arrivals.size}, ${describeGaps(arrivals.gaps)}`;
    case 'steps':
      return describeSteps(arrivals);
    case 'trace':
      return describeTrace(arrivals);
    default:
      return describeGaps(arrivals);
  }
}

const describeGaps = (gaps: Gaps): string => (gaps.kind === 'gamma' ? `gamma with CV ${gaps.cv}` : gaps.kind);

function describeSteps({ steps, rates, gaps }: Steps): string {
  const rateOf = (rate: number) => (rates === 'relative' ? `${rate}× the rate` : `${rate}/s`);
  const told = steps.map(({ rate, durationS }) => `${rateOf(rate)} for ${durationS} s`);
  return `${told.join(', ')}${told.length > 1 ? ', in turn' : ''}, ${describeGaps(gaps)}`;
}

function describeTrace({ file, everyS, spread, rateFactor, speed, afterwards }: Trace): string {
  return [
    `replay of ${file === '-' ? 'stdin' : file}`,
    everyS !== undefined && `counts per ${everyS} s spread ${spread === 'even' ? 'evenly' : 'at random'}`,
    rateFactor === undefined ? 'scaled to the rate asked for' : `${rateFactor}× its rate`,
    speed !== undefined && `${speed}× as fast`,
    afterwards === 'repeat' && 'repeated',
  ]
    .filter((part) => part !== false)
    .join(', ');
}
