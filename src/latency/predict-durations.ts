/**
 * What points that were not measured take, and how sure that is, from those that were: a Gaussian process over the
 * logarithm of the duration, a plane with a twist and smooth departures from it.
 *
 * | symbol | meaning                                                    | unit    |
 * |--------|------------------------------------------------------------|---------|
 * | u, v   | log2 of batch size, of cores                               | octaves |
 * | y      | ln of the duration                                         | 1       |
 * | plane  | 1, u, v, u·v, each with a weight of which little is known  |         |
 * | sigma  | size of the departures: a share of the duration            | 1       |
 *
 * Sponge's form fits real models too roughly to stand in for a measurement (a batch that no longer fits a cache is slower
 * whatever the form says), so the plane only carries what lies between, and departures are told by the nearest points; a
 * departure at a batch size is partly shared by all core counts. Sigma is what the points themselves tell when each in
 * turn is left out and predicted by the others, and no less than LEAST_SIGMA: few points that happen to lie well prove
 * little. The constants are ours, chosen on measured profiles (test/bench/sweep.js).
 */
import { choleskyFactor, choleskySolve } from '../numeric/cholesky.ts';
import { dot } from '../numeric/dot.ts';
import { leaveOneOut } from '../numeric/leave-one-out.ts';
import { mean } from '../numeric/mean.ts';
import { fitLatency, predictMs } from './fit-latency.ts';

export interface GridPoint {
  readonly cores: number;
  readonly batchSize: number;
}

export interface KnownPoint extends GridPoint {
  readonly durationMs: number;
  /** How far it may be off, ± ms. */
  readonly spreadMs: number;
}

export interface Prediction {
  readonly durationMs: number;
  /** How far that may be off, ± ms: three and a half standard deviations. */
  readonly spreadMs: number;
}

/** Departures this many octaves apart have little to do with each other. */
const OCTAVES = { batchSize: 2, cores: 2 };
/** The part of departures at a batch size that is the same for all core counts. */
const SHARED = 0.5;
const LEAST_SIGMA = 0.05;
/** Standard deviations of the plane's weights before anything is known: of ln ms, and of that per octave. */
const PLANE = { level: 10, slope: 1, twist: 0.3 };
/** Standard deviations that a measured spread is worth, and that a predicted one is stated with. */
const DEVIATIONS = { measured: 2, predicted: 3.5 };
const LEAST_NOISE = 0.005;

/**
 * @param known at least one, each point once
 * @returns predicts any point; one far from all known ones comes with little certainty
 */
export function predictDurations(known: readonly KnownPoint[]): (point: GridPoint) => Prediction {
  const { trend, sigma, lower, weights } = TRENDS.map((trendOf) =>
    departuresFrom(trendOf(known), known),
  ).reduce((best, other) => (other.leftOutError < best.leftOutError ? other : best));
  return (point) => {
    const alike = known.map((other) => covariance(point, other, sigma));
    const variance = covariance(point, point, sigma) - dot(alike, choleskySolve(lower, alike));
    const durationMs = trend.msAt(point) * Math.exp(dot(alike, weights));
    return {
      durationMs,
      spreadMs: durationMs * Math.expm1(DEVIATIONS.predicted * Math.sqrt(Math.max(0, variance))),
    };
  };
}

/** What durations are taken to depart from. */
interface Trend {
  readonly msAt: (point: GridPoint) => number;
  /** Numbers that were fitted to the known points. */
  readonly parameters: number;
}

/** The plane alone, or Sponge's form under it where that leaves smaller departures. */
const TRENDS: readonly ((known: readonly KnownPoint[]) => Trend)[] = [flatTrend, spongeTrend];

function flatTrend(known: readonly KnownPoint[]): Trend {
  const levelMs = Math.exp(mean(known.map(({ durationMs }) => Math.log(durationMs))));
  return { msAt: () => levelMs, parameters: 1 };
}

/** Fitted to relative errors, and no shorter than half of the shortest duration. */
function spongeTrend(known: readonly KnownPoint[]): Trend {
  const fit = fitLatency(known, 'p50', ({ durationMs }) => 1 / durationMs);
  if (fit === undefined) return flatTrend(known);
  const floorMs = fit.floorMs! / 2;
  return {
    msAt: ({ batchSize, cores }) => Math.max(floorMs, predictMs({ ...fit, floorMs }, batchSize, cores)),
    parameters: [fit.gamma, fit.delta, fit.epsilon, fit.eta].filter((coefficient) => coefficient !== 0)
      .length,
  };
}

function departuresFrom(trend: Trend, known: readonly KnownPoint[]) {
  const y = known.map((point) => Math.log(point.durationMs / trend.msAt(point)));
  const freedom = known.length / Math.max(known.length - trend.parameters, 0.1);
  let sigma = LEAST_SIGMA;
  let lower = factor(known, sigma);
  // Sigma decides how much of a departure counts as noise, so it is asked again with what it became.
  for (let round = 0; round < 2; round++) {
    const { deviations } = leaveOneOut(lower, y);
    sigma = Math.max(LEAST_SIGMA, sigma * rootMeanSquare(deviations) * Math.sqrt(freedom));
    lower = factor(known, sigma);
  }
  const leftOutError = rootMeanSquare(leaveOneOut(lower, y).errors) * Math.sqrt(freedom);
  return { trend, sigma, lower, weights: choleskySolve(lower, y), leftOutError };
}

const factor = (known: readonly KnownPoint[], sigma: number): number[][] =>
  choleskyFactor(
    known.map((a, i) => known.map((b, j) => covariance(a, b, sigma) + (i === j ? noiseOf(a) ** 2 : 0))),
  );

const noiseOf = ({ spreadMs, durationMs }: KnownPoint): number =>
  Math.max(LEAST_NOISE, spreadMs / durationMs / DEVIATIONS.measured);

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => value ** 2)));

function covariance(a: GridPoint, b: GridPoint, sigma: number): number {
  const [ua, ub] = [Math.log2(a.batchSize), Math.log2(b.batchSize)];
  const [va, vb] = [Math.log2(a.cores), Math.log2(b.cores)];
  const plane =
    PLANE.level ** 2 + PLANE.slope ** 2 * (ua * ub + va * vb) + PLANE.twist ** 2 * ua * va * ub * vb;
  const alongCores = SHARED + (1 - SHARED) * smooth((va - vb) / OCTAVES.cores);
  return plane + sigma ** 2 * smooth((ua - ub) / OCTAVES.batchSize) * alongCores;
}

/** 1 at no distance, falling smoothly to nothing (Matérn 3/2). */
function smooth(distance: number): number {
  const scaled = Math.sqrt(3) * Math.abs(distance);
  return (1 + scaled) * Math.exp(-scaled);
}
