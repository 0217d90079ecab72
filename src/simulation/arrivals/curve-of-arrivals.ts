/**
 * How many requests per second arrive, and when: what steps and traces say themselves against the rate that is asked for. A
 * trace of times reaches another rate by time that goes faster, which keeps the variation of its gaps, a trace of counts by
 * more requests in the same time; where its speed is said, either by more requests.
 */
import type { ArrivalProcess, Replay } from './arrival-spec.ts';
import {
  curveOfRecording,
  curveOfSteps,
  lengthOf,
  meanRateOf,
  type RateCurve,
  scaleCurve,
} from './rate-curve.ts';

type Curved = Extract<ArrivalProcess, { kind: 'steps' | 'trace' }>;

/** @param rateRps the rate asked for */
export function curveOfArrivals(arrivals: Curved, rateRps: number): RateCurve {
  if (arrivals.kind === 'steps') {
    return curveOfSteps(arrivals.steps, arrivals.rates === 'relative' ? rateRps : 1);
  }
  const recorded = curveOfRecording(arrivals.recording);
  const recordedRps = meanRateOf(recorded);
  const factor = arrivals.rateFactor ?? rateRps / recordedRps;
  const speed = arrivals.speed ?? (arrivals.recording.kind === 'times' ? factor : 1);
  return scaleCurve(recorded, { speed, requests: factor / speed });
}

/** The mean rate at which requests arrive where `rateRps` is asked for. */
export function meanRateRps(arrivals: ArrivalProcess, rateRps: number): number {
  if (arrivals.kind === 'steps') return meanRateOf(curveOfArrivals(arrivals, rateRps));
  const keepsOwn = arrivals.kind === 'trace' && arrivals.rateFactor !== undefined;
  return keepsOwn ? ownRateRps(arrivals)! : rateRps;
}

/** The rate to ask for where nobody says another: what absolute steps or a trace say; undefined where they do not. */
export function ownRateRps(arrivals: ArrivalProcess): number | undefined {
  if (arrivals.kind === 'trace')
    return meanRateOf(curveOfRecording(arrivals.recording)) * ownFactor(arrivals);
  const absolute = arrivals.kind === 'steps' && arrivals.rates === 'absolute';
  return absolute ? meanRateOf(curveOfSteps(arrivals.steps, 1)) : undefined;
}

const ownFactor = ({ rateFactor, speed }: Replay): number => rateFactor ?? speed ?? 1;

/** How long requests arrive; Infinity where they do not end. */
export const arrivalsLastMs = (arrivals: ArrivalProcess, rateRps: number): number =>
  arrivals.kind === 'trace' && arrivals.afterwards === 'end'
    ? lengthOf(curveOfArrivals(arrivals, rateRps))
    : Number.POSITIVE_INFINITY;
